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
});
export const tagSchema = z.object({ tag: z.string(), owner: z.string(), expiresAt: z.string().nullable(), createdAt: z.string() });
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
export const addTag = route({
  id: "addTag",
  tag: "People",
  summary: "Tag a person by hand",
  method: "POST",
  path: "/api/workspaces/:workspace/people/:person/tags",
  access: "people:write",
  params: personParams,
  body: z.object({ tag: z.string().trim().min(1).max(60), expiresAt: z.iso.datetime().optional() }),
  response: tagSchema,
});
export const removeTag = route({
  id: "removeTag",
  tag: "People",
  summary: "Take a tag off",
  method: "DELETE",
  path: "/api/workspaces/:workspace/people/:person/tags/:tag",
  access: "people:write",
  params: personParams.extend({ tag: z.string().max(60) }),
  response: doneResponse,
});
export const listTags = route({
  id: "listTags",
  tag: "People",
  summary: "Tags in use with the number of people",
  method: "GET",
  path: "/api/workspaces/:workspace/tags",
  access: "people:read",
  params: workspaceParams,
  response: z.object({ items: z.array(z.object({ tag: z.string(), people: z.number().int() })) }),
});
export const addNote = route({
  id: "addNote",
  tag: "People",
  summary: "Write a note about a person",
  method: "POST",
  path: "/api/workspaces/:workspace/people/:person/notes",
  access: "people:write",
  params: personParams,
  body: z.object({ text: z.string().trim().min(1).max(4000) }),
  response: noteSchema,
});
export const removeNote = route({
  id: "removeNote",
  tag: "People",
  summary: "Delete a note",
  method: "DELETE",
  path: "/api/workspaces/:workspace/people/:person/notes/:note",
  access: "people:write",
  params: personParams.extend({ note: z.string().max(40) }),
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

const mergeSide = z.object({
  person: personIdSchema,
  displayName: z.string(),
  identities: z.array(identitySchema),
  traits: z.array(traitSchema),
  tags: z.array(z.string()),
  eventCount: z.number().int(),
});
export const mergePreviewSchema = z.object({
  survivor: personIdSchema,
  sides: z.array(mergeSide).length(2),
  traits: z.array(traitSchema).describe("As they will be"),
  conflicts: z
    .array(z.object({ kind: z.enum(IDENTITY_KINDS), values: z.array(z.string()) }))
    .describe("Ids of which a person should have only one"),
  allowed: z.boolean(),
  reason: z.string().describe("Fault code when not allowed, else empty"),
});
export const previewMerge = route({
  id: "previewMerge",
  tag: "Merges",
  summary: "What joining two people would give",
  method: "POST",
  path: "/api/workspaces/:workspace/merges/preview",
  access: "people:merge",
  params: workspaceParams,
  body: z.object({ people: z.array(personIdSchema).length(2) }),
  response: mergePreviewSchema,
});
export const mergeSchema = z.object({
  id: z.string(),
  survivor: personIdSchema,
  people: z.array(personIdSchema),
  displayNames: z.array(z.string()),
  by: z.string(),
  reason: z.string(),
  createdAt: z.string(),
  takenBackAt: z.string().nullable(),
  takenBackBy: z.string().nullable(),
});
export const createMerge = route({
  id: "createMerge",
  tag: "Merges",
  summary: "Join two people; can be taken back",
  method: "POST",
  path: "/api/workspaces/:workspace/merges",
  access: "people:merge",
  params: workspaceParams,
  body: z.object({
    people: z.array(personIdSchema).length(2),
    reason: z.string().trim().max(300).default(""),
    confirmConflicts: z.boolean().default(false).describe("Needed when the preview lists conflicts"),
  }),
  response: mergeSchema,
});
export const listMerges = route({
  id: "listMerges",
  tag: "Merges",
  summary: "Merges made by hand, newest first",
  method: "GET",
  path: "/api/workspaces/:workspace/merges",
  access: "people:read",
  params: workspaceParams,
  query: pageQuery.extend({ person: personIdSchema.optional() }),
  response: pageOf(mergeSchema),
});
export const takeBackMerge = route({
  id: "takeBackMerge",
  tag: "Merges",
  summary: "Take a merge back: both people are as if it had never been",
  method: "DELETE",
  path: "/api/workspaces/:workspace/merges/:merge",
  access: "people:merge",
  params: workspaceParams.extend({ merge: z.string().max(40) }),
  response: mergeSchema,
});

export const conflictSchema = z.object({
  id: z.string(),
  reason: z.enum(["two_identified", "too_many_ids"]),
  people: z.array(z.object({ person: personIdSchema, displayName: z.string() })),
  link: z.array(z.object({ kind: z.enum(IDENTITY_KINDS), value: z.string() })).describe("The two ids whose joining was refused"),
  seen: z.number().int(),
  firstSeenAt: z.string(),
  lastSeenAt: z.string(),
  state: z.enum(["open", "merged", "kept_apart"]),
  decidedBy: z.string().nullable(),
});
export const listConflicts = route({
  id: "listConflicts",
  tag: "Merges",
  summary: "Joins that were refused and wait for a person's decision",
  method: "GET",
  path: "/api/workspaces/:workspace/conflicts",
  access: "people:read",
  params: workspaceParams,
  query: pageQuery.extend({ state: z.enum(["open", "merged", "kept_apart"]).default("open") }),
  response: pageOf(conflictSchema),
});
export const decideConflict = route({
  id: "decideConflict",
  tag: "Merges",
  summary: "Join the two people, or keep them apart",
  method: "POST",
  path: "/api/workspaces/:workspace/conflicts/:conflict",
  access: "people:merge",
  params: workspaceParams.extend({ conflict: z.string().max(40) }),
  body: z.object({ decision: z.enum(["merge", "keep_apart"]) }),
  response: conflictSchema,
});

export const peopleRoutes = [
  listPeople,
  getPerson,
  findPerson,
  changeTraits,
  addTag,
  removeTag,
  listTags,
  addNote,
  removeNote,
  unmaskPerson,
  getTimeline,
  previewMerge,
  createMerge,
  listMerges,
  takeBackMerge,
  listConflicts,
  decideConflict,
] as const;
