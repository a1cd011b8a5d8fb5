import { IDENTITY_KINDS, IDENTITY_LENGTH_MAX } from "@terrace/domain/identity/identity-kinds";
import { z } from "zod";
import { route, workspaceParams } from "../route.ts";
import { personIdSchema } from "./people.ts";
import { segmentIdSchema, segmentKindSchema } from "./segments.ts";

/** Traits that can be asked for with one person. */
export const LOOKUP_TRAITS_MAX = 20;
const LOOKUPS_PER_SECOND = 2_000;

const traitNames = z
  .string()
  .max(2_000)
  .transform((text) => [...new Set(text.split(",").filter((name) => name !== ""))])
  .refine((names) => names.length <= LOOKUP_TRAITS_MAX, `Name at most ${LOOKUP_TRAITS_MAX} traits`);

export const personLookupSchema = z.object({
  id: personIdSchema,
  segments: z
    .array(
      z.object({
        id: segmentIdSchema,
        name: z.string(),
        kind: segmentKindSchema,
        live: z.boolean().describe("False while members of a segment by rule are still being found, or looked through once more"),
      }),
    )
    .describe("Those the person is in now, the newest first"),
  tags: z.array(z.string()).describe("In force now, in the order of their letters"),
  classes: z
    .array(z.object({ key: z.string(), name: z.string(), value: z.string(), valueName: z.string() }))
    .describe("Lifecycle stage, value layer and own classes that the person has a value of"),
  traits: z.record(z.string(), z.json()).describe("Those asked for that the person has and the key sees; personal ones are masked"),
});

export const lookUpPerson = route({
  id: "lookUpPerson",
  tag: "People",
  summary:
    "What a person is in right now, by any of their ids: segments, tags, classes and traits asked for. Made for servers that ask at every request",
  method: "GET",
  path: "/api/workspaces/:workspace/person/now",
  access: "people:read",
  perSecond: LOOKUPS_PER_SECOND,
  params: workspaceParams,
  query: z.object({
    kind: z.enum(["person", ...IDENTITY_KINDS]).describe("Of which kind the id is; `person`: an id of a person as this API gives it"),
    value: z.string().min(1).max(IDENTITY_LENGTH_MAX),
    traits: traitNames.default([]).describe(`Names of up to ${LOOKUP_TRAITS_MAX} traits with commas between them`),
  }),
  response: personLookupSchema,
});

export const personLookupRoutes = [lookUpPerson] as const;
