import { z } from "zod";
import { doneResponse, pageOf, pageQuery, route, workspaceParams } from "../route.ts";
import { holdouts, programKey, programKindSchema, programSchema } from "./holdouts.ts";

/** Costs that are booked by one request. */
export const COSTS_MAX = 500;

const costs = "/api/workspaces/:workspace/program-costs";
const costSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9_.:-]{1,100}$/)
    .describe("Yours; a cost sent again by the same id changes nothing"),
  program: programSchema,
  at: z.iso.datetime({ offset: true }),
  amountMinor: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).describe("Minor units of the workspace's currency"),
});
export const bookProgramCosts = route({
  ...holdouts,
  id: "bookProgramCosts",
  summary: "Book what programs cost, e.g. coupons redeemed and messages sent; each once by its id",
  method: "POST",
  path: costs,
  access: "experiments:write",
  params: workspaceParams,
  body: z.strictObject({ items: z.array(costSchema).min(1).max(COSTS_MAX) }),
  response: z.object({ booked: z.number().int(), known: z.number().int().describe("There already") }),
});
export const listProgramCosts = route({
  ...holdouts,
  id: "listProgramCosts",
  summary: "Booked costs, the newest first",
  method: "GET",
  path: costs,
  access: "people:read",
  params: workspaceParams,
  query: pageQuery.extend({
    kind: programKindSchema.optional(),
    key: programKey.optional(),
    holdout: z
      .string()
      .max(40)
      .optional()
      .describe("Only of programs that this holdout keeps people from, in one of its turns: what its report sums up"),
    generation: z.coerce.number().int().min(1).optional().describe("With `holdout`: the number of the turn; the newest without it"),
  }),
  response: pageOf(costSchema),
});
export const deleteProgramCost = route({
  ...holdouts,
  id: "deleteProgramCost",
  summary: "Take a booked cost back",
  method: "DELETE",
  path: `${costs}/:cost`,
  access: "experiments:write",
  params: workspaceParams.extend({ cost: z.string().max(100) }),
  response: doneResponse,
});
export type ProgramCost = z.output<typeof costSchema>;

export const programCostRoutes = [bookProgramCosts, listProgramCosts, deleteProgramCost] as const;
