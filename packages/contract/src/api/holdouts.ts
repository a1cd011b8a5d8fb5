import { HOLDOUT_GROUPS, PROGRAM_KINDS, SHARE_MAX, SHARE_MIN, SHARE_USUAL } from "@terrace/domain/holdouts/holdout";
import { IDENTITY_KINDS, IDENTITY_LENGTH_MAX } from "@terrace/domain/identity/identity-kinds";
import { INTERVAL_UNITS } from "@terrace/domain/insight/time/calendar";
import { z } from "zod";
import { doneResponse, pageOf, pageQuery, route, workspaceParams } from "../route.ts";
import { personParams, personRowSchema } from "./people.ts";

/** People of one question whether they may get something. */
export const ASKED_MAX = 500;
/** Holdouts of a workspace that run at a time. */
export const HOLDOUTS_MAX = 50;
const ASKS_PER_SECOND = 2_000;

const keySchema = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,39}$/, "Begin the key with a small letter, then up to 39 small letters, digits, underscores and hyphens");
export const programKindSchema = z.enum(PROGRAM_KINDS);
export const programKey = z.string().regex(/^[A-Za-z0-9_.:-]{1,80}$/, "Use 1 to 80 letters, digits and _ . : -");
const instant = z.string();
const share = z
  .number()
  .int()
  .min(SHARE_MIN)
  .max(SHARE_MAX)
  .describe(`Parts of 10,000 of all people who are kept from it: ${SHARE_USUAL} is 5 %`);

export const programSchema = z.strictObject({ kind: programKindSchema, key: programKey.describe("E.g. sms, or the key of a journey") });
export const scopeSchema = z
  .union([
    z.literal("everything"),
    z
      .array(z.strictObject({ kind: programKindSchema, key: programKey.nullable().describe("null: all of this kind") }))
      .min(1)
      .max(50),
  ])
  .describe("What people are kept from");
export const rotationSchema = z
  .strictObject({ every: z.number().int().min(1).max(60), unit: z.enum(INTERVAL_UNITS).exclude(["hour"]) })
  .nullable()
  .describe("How often others take their turn, at the beginning of a unit of the calendar; null: never by itself");

const generationSchema = z.object({
  number: z.number().int(),
  share,
  from: instant,
  to: instant.nullable().describe("Not part of it; null: it goes on"),
  held: z.number().int().describe("People asked about who are kept from it"),
  open: z.number().int().describe("People asked about who are not"),
  conflicts: z.number().int().describe("People joined of ids that were in different groups; the earliest holds"),
});
export type HoldoutGeneration = z.infer<typeof generationSchema>;

export const holdoutSchema = z.object({
  key: z.string(),
  name: z.string(),
  scope: scopeSchema,
  rotation: rotationSchema,
  generation: generationSchema.describe("The newest"),
  rotatesAt: instant.nullable(),
  endedAt: instant.nullable(),
  createdAt: instant,
  createdBy: z.string(),
});
export type HoldoutView = z.infer<typeof holdoutSchema>;
export const holdoutDetailSchema = holdoutSchema.extend({ generations: z.array(generationSchema).describe("The newest first") });
export type HoldoutDetail = z.infer<typeof holdoutDetailSchema>;

const groupSchema = z.enum(HOLDOUT_GROUPS).describe("held: kept from it; open: may get it");
const heldSchema = z.object({ holdout: z.string(), generation: z.number().int(), group: groupSchema });
export const decisionSchema = z.object({
  may: z.boolean(),
  heldBy: z.string().nullable().describe("Key of the holdout that keeps the person from it"),
  groups: z
    .array(heldSchema)
    .describe("Holdouts that have a say, in the order in which they are asked; after one that holds no other is asked"),
});

/** Where the routes of holdouts are. */
export const HOLDOUTS = "/api/workspaces/:workspace/holdouts";
export const holdoutParams = workspaceParams.extend({ holdout: z.string().max(40) });
export const holdouts = { tag: "Holdouts" } as const;
const settings = { name: z.string().trim().min(1).max(80), share, rotation: rotationSchema };

export const listHoldouts = route({
  ...holdouts,
  id: "listHoldouts",
  summary: "Holdouts: who is kept from what, so that its effect can be told; running ones first, then the newest",
  method: "GET",
  path: HOLDOUTS,
  access: "people:read",
  params: workspaceParams,
  query: pageQuery,
  response: pageOf(holdoutSchema),
});
export const getHoldout = route({
  ...holdouts,
  id: "getHoldout",
  summary: "A holdout with all its turns",
  method: "GET",
  path: `${HOLDOUTS}/:holdout`,
  access: "people:read",
  params: holdoutParams,
  response: holdoutDetailSchema,
});
export const createHoldout = route({
  ...holdouts,
  id: "createHoldout",
  summary: "Keep a share of people from programs, from now on",
  method: "POST",
  path: HOLDOUTS,
  access: "experiments:write",
  params: workspaceParams,
  body: z.strictObject({
    key: keySchema,
    ...settings,
    share: share.default(SHARE_USUAL),
    rotation: rotationSchema.default({ every: 1, unit: "quarter" }),
    scope: scopeSchema,
  }),
  response: holdoutDetailSchema,
});
export const updateHoldout = route({
  ...holdouts,
  id: "updateHoldout",
  summary: "Rename a holdout, or let it rotate otherwise; another share begins a new turn",
  method: "PATCH",
  path: `${HOLDOUTS}/:holdout`,
  access: "experiments:write",
  params: holdoutParams,
  body: z.strictObject(settings).partial(),
  response: holdoutDetailSchema,
});
export const rotateHoldout = route({
  ...holdouts,
  id: "rotateHoldout",
  summary: "Let others take their turn now",
  method: "POST",
  path: `${HOLDOUTS}/:holdout/rotate`,
  access: "experiments:write",
  params: holdoutParams,
  response: holdoutDetailSchema,
});
export const endHoldout = route({
  ...holdouts,
  id: "endHoldout",
  summary: "End a holdout: nobody is kept from anything by it any more; its history stays",
  method: "POST",
  path: `${HOLDOUTS}/:holdout/end`,
  access: "experiments:write",
  params: holdoutParams,
  response: holdoutDetailSchema,
});
export const listHoldoutPeople = route({
  ...holdouts,
  id: "listHoldoutPeople",
  summary: "People who were asked about in a turn, by group, as they were asked about",
  method: "GET",
  path: `${HOLDOUTS}/:holdout/people`,
  access: "people:read",
  params: holdoutParams,
  query: pageQuery.extend({
    generation: z.coerce.number().int().min(1).optional().describe("The newest without it"),
    group: groupSchema.optional(),
  }),
  response: pageOf(z.object({ person: personRowSchema.pick({ id: true, displayName: true }), group: groupSchema, askedAt: instant })),
});
export const askHoldouts = route({
  ...holdouts,
  id: "askHoldouts",
  summary:
    "May these people get something? Puts each into a group at the first time of a turn, remembers it and logs the exposure. Ask right before it would be given",
  method: "POST",
  path: `${HOLDOUTS}/ask`,
  access: "experiments:write",
  perSecond: ASKS_PER_SECOND,
  params: workspaceParams,
  body: z.strictObject({
    program: programSchema,
    people: z
      .array(
        z.strictObject({
          kind: z.enum(["person", ...IDENTITY_KINDS]).describe("Of which kind the id is; `person`: an id of a person as this API gives it"),
          value: z.string().min(1).max(IDENTITY_LENGTH_MAX),
        }),
      )
      .min(1)
      .max(ASKED_MAX),
  }),
  response: z.object({ items: z.array(decisionSchema.nullable()).describe("As asked; null for whom nobody knows") }),
});
export const listPersonHoldouts = route({
  ...holdouts,
  id: "listPersonHoldouts",
  summary: "In which group of each holdout a person was at a time, now or in the past",
  method: "GET",
  path: "/api/workspaces/:workspace/people/:person/holdouts",
  access: "people:read",
  params: personParams,
  query: z.object({ at: z.iso.datetime({ offset: true }).optional().describe("Now without it") }),
  response: z.object({
    items: z.array(
      heldSchema.extend({
        name: z.string(),
        from: instant,
        to: instant.nullable(),
        askedAt: instant
          .nullable()
          .describe("When the person was first asked about in this turn; null: not yet, and the group is the one they would be put into"),
      }),
    ),
  }),
});
export const deleteHoldout = route({
  ...holdouts,
  id: "deleteHoldout",
  summary: "Delete an ended holdout with its history",
  method: "DELETE",
  path: `${HOLDOUTS}/:holdout`,
  access: "experiments:write",
  params: holdoutParams,
  response: doneResponse,
});

export const holdoutRoutes = [
  listHoldouts,
  createHoldout,
  askHoldouts,
  getHoldout,
  updateHoldout,
  rotateHoldout,
  endHoldout,
  deleteHoldout,
  listHoldoutPeople,
  listPersonHoldouts,
] as const;
export type PersonHoldout = z.infer<typeof listPersonHoldouts.response>["items"][number];
