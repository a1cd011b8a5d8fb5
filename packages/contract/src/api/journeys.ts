import { IDENTITY_KINDS, IDENTITY_LENGTH_MAX } from "@terrace/domain/identity/identity-kinds";
import { z } from "zod";
import { pageOf, pageQuery, route, workspaceParams } from "../route.ts";
import { effectBoundsSchema, journeyDefinitionSchema, journeyEntrySchema, journeyFaultSchema } from "./journeys-parts.ts";
import { personRowSchema } from "./people.ts";

export const JOURNEYS_MAX = 500;
const ENROLS_PER_SECOND = 2_000;
const ENROL_PROPERTIES_MAX = 10_000;
const journeyIdSchema = z.string().regex(/^[1-9]\d{0,17}$/);
const instant = z.string();
const name = z.string().trim().min(1).max(80);
const note = z.string().trim().max(500).default("").describe("Why");

export const journeyStateSchema = z
  .enum(["draft", "live", "paused", "archived"])
  .describe("draft: never started; paused: nobody comes in and people stay where they are; archived: over, everybody is out");
const versionStateSchema = z.enum(["draft", "in_review", "approved", "live", "retired"]);
const versionSchema = z.object({
  version: z.number().int(),
  state: versionStateSchema,
  savedAt: instant,
  savedBy: z.string(),
  approvedBy: z.string().nullable(),
});
export const journeySchema = z.object({
  id: journeyIdSchema,
  name: z.string(),
  state: journeyStateSchema,
  live: versionSchema.nullable().describe("The version by which people come in; null: nobody does, though those who are in go on"),
  next: versionSchema.nullable().describe("The one that is being worked on"),
  createdAt: instant,
  createdBy: z.string(),
});
export type JourneyView = z.infer<typeof journeySchema>;
export const journeyRowSchema = journeySchema.extend({
  entry: journeyEntrySchema.describe("Of the version by which people come in, else of the newest"),
  hasGoal: z.boolean(),
  here: z.number().int().describe("People who are in it now"),
  entered: z.number().int(),
  goal: z.number().int().describe("Of those who came in"),
});
export type JourneyRow = z.infer<typeof journeyRowSchema>;
export const journeyDetailSchema = journeySchema.extend({
  definition: journeyDefinitionSchema.describe("Of the version asked for: by default the one being worked on, else the live one"),
  version: z.number().int(),
  versions: z.array(versionSchema).describe("The newest first"),
});
export type JourneyDetail = z.infer<typeof journeyDetailSchema>;

const faultsResponse = z.object({ faults: z.array(journeyFaultSchema).describe("Empty: it may go live") });
const whyJson = z.record(z.string(), z.json());
const passageSchema = z.object({
  step: z.number().int(),
  node: z.string(),
  cameAt: instant,
  leftAt: instant,
  out: z.string().nullable().describe("null: they left the journey here"),
  why: whyJson,
});
const enrolmentStateSchema = z
  .enum(["waiting", "in", "out", "held"])
  .describe("waiting: whether they may come in is being asked; held: kept out, so that the effect can be told");
export const enrolmentSchema = z.object({
  id: z.string(),
  person: personRowSchema.pick({ id: true, displayName: true }),
  state: enrolmentStateSchema,
  version: z.number().int(),
  key: z.string().nullable(),
  enteredAt: instant,
  node: z.string(),
  dueAt: instant.nullable().describe("When they go on by themselves"),
  goalAt: instant.nullable(),
  endedAt: instant.nullable(),
  endReason: z.string().nullable(),
  parked: z
    .object({ since: instant, tries: z.number().int(), fault: z.string() })
    .nullable()
    .describe("Their step failed; it is tried again when they are due"),
});
export type EnrolmentView = z.infer<typeof enrolmentSchema>;

export const JOURNEYS = "/api/workspaces/:workspace/journeys";
const journeys = { tag: "Journeys" } as const;
export const journeyParams = workspaceParams.extend({ journey: journeyIdSchema });
const enrolmentParams = journeyParams.extend({ enrolment: journeyIdSchema });

export const listJourneys = route({
  ...journeys,
  id: "listJourneys",
  summary: "Journeys, the newest first, with who comes in and how many people",
  method: "GET",
  path: JOURNEYS,
  access: "events:read",
  params: workspaceParams,
  query: pageQuery.extend({
    search: z.string().max(80).optional().describe("Part of the name"),
    state: journeyStateSchema.optional().describe("Without it all but archived ones"),
  }),
  response: pageOf(journeyRowSchema),
});
export const getJourney = route({
  ...journeys,
  id: "getJourney",
  summary: "A journey with the definition of one of its versions",
  method: "GET",
  path: `${JOURNEYS}/:journey`,
  access: "events:read",
  params: journeyParams,
  query: z.object({ version: z.coerce.number().int().min(1).optional() }),
  response: journeyDetailSchema,
});
export const createJourney = route({
  ...journeys,
  id: "createJourney",
  summary: "Begin a journey as a draft",
  method: "POST",
  path: JOURNEYS,
  access: "touch:write",
  params: workspaceParams,
  body: z.strictObject({ name, definition: journeyDefinitionSchema }),
  response: journeyDetailSchema,
});
export const saveJourney = route({
  ...journeys,
  id: "saveJourney",
  summary: "Change a journey: its draft, or a new draft beside the version that is live; what was under review is a draft again",
  method: "PUT",
  path: `${JOURNEYS}/:journey`,
  access: "touch:write",
  params: journeyParams,
  body: z.strictObject({
    name,
    definition: journeyDefinitionSchema,
    baseVersion: z.number().int().describe("The newest version that was seen: if there is a newer one by now, nothing is overwritten"),
  }),
  response: journeyDetailSchema,
});
export const checkJourneyDraft = route({
  ...journeys,
  id: "checkJourneyDraft",
  summary: "Everything that is wrong with a definition, by node and field, without saving it",
  method: "POST",
  path: `${JOURNEYS}/check`,
  access: "touch:write",
  params: workspaceParams,
  body: z.strictObject({ definition: journeyDefinitionSchema }),
  response: faultsResponse,
});
export const submitJourney = route({
  ...journeys,
  id: "submitJourney",
  summary: "Hand a draft in for review; it must be without faults",
  method: "POST",
  path: `${JOURNEYS}/:journey/submit`,
  access: "touch:write",
  params: journeyParams,
  body: z.strictObject({ note }),
  response: journeyDetailSchema,
});
export const approveJourney = route({
  ...journeys,
  id: "approveJourney",
  summary: "Approve what is under review",
  method: "POST",
  path: `${JOURNEYS}/:journey/approve`,
  access: "touch:approve",
  params: journeyParams,
  body: z.strictObject({ note }),
  response: journeyDetailSchema,
});
export const rejectJourney = route({
  ...journeys,
  id: "rejectJourney",
  summary: "Send what is under review or approved back to be a draft",
  method: "POST",
  path: `${JOURNEYS}/:journey/reject`,
  access: "touch:approve",
  params: journeyParams,
  body: z.strictObject({ note }),
  response: journeyDetailSchema,
});
export const startJourney = route({
  ...journeys,
  id: "startJourney",
  summary: "Set the approved version live: from now on people come in by it",
  method: "POST",
  path: `${JOURNEYS}/:journey/start`,
  access: "touch:approve",
  params: journeyParams,
  body: z.strictObject({
    inFlight: z
      .enum(["finish", "migrate"])
      .default("finish")
      .describe(
        "People who are in: finish on their version, or go over to this one where they wait at a node that has the same id and kind in it",
      ),
    note,
  }),
  response: journeyDetailSchema,
});
export const pauseJourney = route({
  ...journeys,
  id: "pauseJourney",
  summary: "Pause a journey: nobody comes in, and people stay where they are; goals and exits by events go on counting",
  method: "POST",
  path: `${JOURNEYS}/:journey/pause`,
  access: "touch:approve",
  params: journeyParams,
  body: z.strictObject({ note }),
  response: journeyDetailSchema,
});
export const resumeJourney = route({
  ...journeys,
  id: "resumeJourney",
  summary: "Let a paused journey go on; waits that ended meanwhile end now, and what follows counts from now",
  method: "POST",
  path: `${JOURNEYS}/:journey/resume`,
  access: "touch:approve",
  params: journeyParams,
  body: z.strictObject({ note }),
  response: journeyDetailSchema,
});
export const archiveJourney = route({
  ...journeys,
  id: "archiveJourney",
  summary: "End a journey for good: everybody leaves it where they are",
  method: "POST",
  path: `${JOURNEYS}/:journey/archive`,
  access: "touch:approve",
  params: journeyParams,
  body: z.strictObject({ note }),
  response: journeyDetailSchema,
});
export const closeJourney = route({
  ...journeys,
  id: "closeJourney",
  summary: "Let nobody come into a journey any more; people who are in go on to its end",
  method: "POST",
  path: `${JOURNEYS}/:journey/close`,
  access: "touch:approve",
  params: journeyParams,
  body: z.strictObject({ note }),
  response: journeyDetailSchema,
});
export const reopenJourney = route({
  ...journeys,
  id: "reopenJourney",
  summary: "Let people come in again by the version that was live last",
  method: "POST",
  path: `${JOURNEYS}/:journey/reopen`,
  access: "touch:approve",
  params: journeyParams,
  body: z.strictObject({ note }),
  response: journeyDetailSchema,
});
/** What became of somebody who was to come in. */
export const ENROL_OUTCOMES = ["entered", "notAgain", "unknown", "invalid"] as const;

export const enrolInJourney = route({
  ...journeys,
  id: "enrolInJourney",
  summary: "Let people into a journey whose entry is the API; whoever is in, or may not come in again, stays as they are",
  method: "POST",
  path: `${JOURNEYS}/:journey/enrolments`,
  access: "touch:write",
  perSecond: ENROLS_PER_SECOND,
  params: journeyParams,
  body: z.strictObject({
    people: z
      .array(
        z.strictObject({
          kind: z.enum(["person", ...IDENTITY_KINDS]),
          value: z.string().min(1).max(IDENTITY_LENGTH_MAX),
          key: z
            .string()
            .min(1)
            .max(200)
            .refine((text) => !text.includes("\0"), "Take the character U+0000 out")
            .optional()
            .describe("For what, e.g. an order: once at a time for each key"),
          properties: z
            .record(z.string().max(255), z.json())
            .default({})
            .refine((all) => JSON.stringify(all).length <= ENROL_PROPERTIES_MAX, `At most ${ENROL_PROPERTIES_MAX} characters of JSON`),
        }),
      )
      .min(1)
      .max(500),
  }),
  response: z.object({
    entered: z.number().int(),
    items: z
      .array(
        z.object({
          outcome: z
            .enum(ENROL_OUTCOMES)
            .describe("`unknown`: nobody has the id; `invalid`: it is none of its kind; `notAgain`: they are in, or may not come in again"),
          enrolment: z.string().nullable().describe("Of who came in"),
        }),
      )
      .describe("For each of the people asked for, in their order"),
  }),
});
export const listEnrolments = route({
  ...journeys,
  id: "listEnrolments",
  summary: "Who came into a journey, the newest first",
  method: "GET",
  path: `${JOURNEYS}/:journey/enrolments`,
  access: "people:read",
  params: journeyParams,
  query: pageQuery.extend({
    state: enrolmentStateSchema.optional(),
    node: z.string().max(40).optional().describe("Who is at a node now"),
    parked: z.literal("true").optional().describe("Only whose step failed"),
  }),
  response: pageOf(enrolmentSchema),
});
export const getEnrolmentPath = route({
  ...journeys,
  id: "getEnrolmentPath",
  summary: "The way of one person through a journey, step by step, with the reason of each turn",
  method: "GET",
  path: `${JOURNEYS}/:journey/enrolments/:enrolment/path`,
  access: "people:read",
  params: enrolmentParams,
  response: z.object({ enrolment: enrolmentSchema, items: z.array(passageSchema) }),
});
export const getJourneyFigures = route({
  ...journeys,
  id: "getJourneyFigures",
  summary: "How many people came in, went by each way, are at each node, and reached the goal; beside those who were held back",
  method: "GET",
  path: `${JOURNEYS}/:journey/figures`,
  access: "events:read",
  params: journeyParams,
  response: z.object({
    entered: z.number().int(),
    goal: z.number().int().describe("Of those who came in"),
    held: z.number().int(),
    heldGoal: z.number().int().describe("Of those held back"),
    effect: effectBoundsSchema
      .nullable()
      .describe("How much larger the share that reaches the goal is than of those held back; null while it cannot be told"),
    parked: z.number().int().describe("People whose step failed; it is tried again after a growing pause"),
    nodes: z.array(z.object({ node: z.string(), here: z.number().int() })),
    ways: z.array(z.object({ node: z.string(), out: z.string().nullable(), people: z.number().int() })),
  }),
});
export type JourneyFigures = z.infer<typeof getJourneyFigures.response>;

export const journeyRoutes = [
  listJourneys,
  createJourney,
  checkJourneyDraft,
  getJourney,
  saveJourney,
  submitJourney,
  approveJourney,
  rejectJourney,
  startJourney,
  pauseJourney,
  resumeJourney,
  archiveJourney,
  closeJourney,
  reopenJourney,
  enrolInJourney,
  listEnrolments,
  getEnrolmentPath,
  getJourneyFigures,
] as const;
