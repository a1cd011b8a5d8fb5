import { TRAIT_UNITS } from "@terrace/domain/computed/trait-unit";
import { IDENTITY_KINDS } from "@terrace/domain/identity/identity-kinds";
import { z } from "zod";
import { doneResponse, pageOf, pageQuery, route, workspaceParams } from "../route.ts";

const json = z.json();
export const personIdSchema = z
  .string()
  .regex(/^\d{1,20}$/)
  .describe("Unsigned 64-bit id as decimal text");
export const personParams = workspaceParams.extend({ person: personIdSchema });
export const identitySchema = z.object({
  originId: personIdSchema,
  kind: z.enum(IDENTITY_KINDS),
  value: z.string().describe("Masked when personal"),
  personal: z.boolean(),
  firstSeenAt: z.string(),
});
export const traitSchema = z.object({
  key: z.string(),
  value: json.describe("Masked text when personal"),
  personal: z.boolean(),
  class: z.string().describe("Empty, or the class of personal data"),
  updatedAt: z.string(),
  computed: z
    .object({ class: z.string(), name: z.string(), valueName: z.string() })
    .optional()
    .describe("The class whose rules give it, and how class and value are called; `updatedAt` is since when"),
  reckoned: z
    .object({ key: z.string(), name: z.object({ zh: z.string(), en: z.string() }), unit: z.enum(TRAIT_UNITS) })
    .optional()
    .describe("The computed trait that it is, and how that is called; `updatedAt` is now, as the value is right now"),
});
export const tagSchema = z.object({
  tag: z.string(),
  owner: z.string(),
  expiresAt: z.string().nullable(),
  createdAt: z.string().describe("Since when it is on"),
  rule: z
    .object({ id: z.string(), name: z.string(), holds: z.boolean().describe("It is on as long as the person meets the rule") })
    .nullable()
    .describe("The rule that put it on; null for one given otherwise"),
  verification: z
    .object({ key: z.string(), name: z.object({ zh: z.string(), en: z.string() }) })
    .nullable()
    .describe("The kind of verification that it stands for; null for others"),
});
export const noteSchema = z.object({
  id: z.string(),
  text: z.string().describe("Phone numbers, e-mails and id cards in it are masked"),
  personal: z.boolean().describe("Whether something in it is masked"),
  author: z.string(),
  createdAt: z.string(),
});
export const personRowSchema = z.object({
  id: personIdSchema,
  displayName: z.string().describe("Masked name, else the strongest id, masked when personal"),
  identified: z.boolean(),
  identities: z.array(z.object({ kind: z.enum(IDENTITY_KINDS), value: z.string() })).describe("Up to 5, strongest first"),
  identityCount: z.number().int(),
  traits: z.record(z.string(), json),
  personalTraits: z.array(z.string()).describe("Keys of the traits whose values are masked"),
  tags: z.array(z.string()),
  firstSeenAt: z.string(),
  lastSeenAt: z.string(),
});
export type PersonRow = z.infer<typeof personRowSchema>;
/** People of a list are counted exactly up to so many. */
export const PEOPLE_TOTAL_MAX = 10_000;
export const PERSON_SORTS = ["last_seen", "first_seen"] as const;
export const listPeople = route({
  id: "listPeople",
  tag: "People",
  summary: "People: search by any id, name or trait prefix; filter; sort",
  method: "GET",
  path: "/api/workspaces/:workspace/people",
  access: "people:read",
  params: workspaceParams,
  query: pageQuery.extend({
    search: z
      .string()
      .max(255)
      .optional()
      .describe("An id, the start of a name or of a text trait, a phone number or e-mail in full, or the last 4 digits of a phone number"),
    sort: z.enum(PERSON_SORTS).default("last_seen"),
    direction: z.enum(["asc", "desc"]).default("desc"),
    identified: z.enum(["true", "false"]).optional(),
    tag: z.string().max(60).optional(),
    identityKind: z.enum(IDENTITY_KINDS).optional(),
    segment: z
      .string()
      .regex(/^[1-9]\d{0,17}$/)
      .optional()
      .describe("Id of a segment"),
    trait: z.string().max(300).optional().describe("`key` = has the trait, `key:value` = text equals"),
    seenAfter: z.iso.datetime().optional(),
    seenBefore: z.iso.datetime().optional(),
  }),
  response: pageOf(personRowSchema).extend({
    total: z
      .number()
      .int()
      .describe(`Of all matches, counted up to ${PEOPLE_TOTAL_MAX.toLocaleString("en")}`),
    totalIsExact: z.boolean().describe("False: `total` is not a full count"),
  }),
});
export const personSchema = personRowSchema.omit({ personalTraits: true, identities: true, traits: true, tags: true }).extend({
  identities: z.array(identitySchema),
  traits: z.array(traitSchema),
  tags: z.array(tagSchema),
  notes: z.array(noteSchema),
  eventCount: z.number().int(),
  mergeCount: z.number().int(),
  redirectedFrom: personIdSchema.optional().describe("Set when the id asked for now belongs to this person"),
});
export type PersonView = z.infer<typeof personSchema>;
export const getPerson = route({
  id: "getPerson",
  tag: "People",
  summary: "One person: identities, traits, tags, notes",
  method: "GET",
  path: "/api/workspaces/:workspace/people/:person",
  access: "people:read",
  params: personParams,
  response: personSchema,
});
export const findPerson = route({
  id: "findPerson",
  tag: "People",
  summary: "The person who owns an id",
  method: "GET",
  path: "/api/workspaces/:workspace/person",
  access: "people:read",
  params: workspaceParams,
  query: z.object({ kind: z.enum(IDENTITY_KINDS), value: z.string().max(255) }),
  response: personSchema,
});
export const changeTraits = route({
  id: "changeTraits",
  tag: "People",
  summary: "Change traits of a person; takes effect as an event",
  method: "POST",
  path: "/api/workspaces/:workspace/people/:person/traits",
  access: "people:write",
  params: personParams,
  body: z
    .object({
      set: z.record(z.string(), json),
      setOnce: z.record(z.string(), json),
      increment: z.record(z.string(), z.number()),
      append: z.record(z.string(), z.array(json)),
      unset: z.array(z.string()),
    })
    .partial(),
  response: doneResponse,
});
export const unmaskPerson = route({
  id: "unmaskPerson",
  tag: "People",
  summary: "Personal values of a person in clear; the view is audited with its reason",
  method: "POST",
  path: "/api/workspaces/:workspace/people/:person/unmask",
  access: "people:unmask",
  params: personParams,
  body: z.object({ reason: z.string().trim().min(3).max(300) }),
  response: z.object({
    identities: z.record(z.string(), z.string()).describe("originId → value"),
    traits: z.record(z.string(), json),
    notes: z.record(z.string(), z.string()).describe("Note → text, of those that hold personal values"),
  }),
});
export const timelineEventSchema = z.object({
  eventId: z.string(),
  name: z.string(),
  time: z.string(),
  receivedAt: z.string(),
  originId: personIdSchema,
  source: z.string(),
  properties: z.record(z.string(), json),
  context: z.record(z.string(), z.string()),
});
export const getTimeline = route({
  id: "getTimeline",
  tag: "People",
  summary: "Everything a person did, newest first",
  method: "GET",
  path: "/api/workspaces/:workspace/people/:person/timeline",
  access: "people:read",
  params: personParams,
  query: pageQuery.extend({ events: z.string().max(2000).optional().describe("Comma-separated event names") }),
  response: pageOf(timelineEventSchema.extend({ virtual: z.array(z.string()).describe("Virtual events that it counts as") })).extend({
    names: z
      .array(z.object({ name: z.string(), count: z.number().int() }))
      .optional()
      .describe("Only on the first page: event names of this person with counts"),
  }),
});

export const peopleRoutes = [listPeople, getPerson, findPerson, changeTraits, unmaskPerson, getTimeline] as const;
