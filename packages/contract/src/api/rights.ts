import { IDENTITY_KINDS } from "@terrace/domain/identity/identity-kinds";
import { z } from "zod";
import { pageOf, pageQuery, route, workspaceParams } from "../route.ts";
import { personIdSchema } from "./people.ts";

/** People of one erasure. */
export const ERASABLE_PEOPLE_MAX = 1_000;
const NAMED_MAX = 5_000;

const reason = z.string().trim().min(3).max(300);

const heldSchema = z.object({
  person: personIdSchema,
  clear: z.boolean().describe("Whether personal values are shown in clear"),
  madeAt: z.string(),
  holders: z.array(
    z.object({
      name: z.string().describe("The store: people, events, quarantine, …"),
      groups: z.array(
        z.object({
          key: z.string().describe("Kind of thing: identities, traits, notes, …"),
          total: z.number().int().describe("How many there are; `items` may be fewer"),
          items: z.array(
            z.object({
              what: z.string().describe("Identity kind, trait, event name, …"),
              value: z.string().describe("Text, or JSON text"),
              at: z.string().nullable(),
            }),
          ),
        }),
      ),
    }),
  ),
});
export type HeldReport = z.infer<typeof heldSchema>;

const personParams = workspaceParams.extend({ person: personIdSchema });
export const describeHeld = route({
  id: "describeHeld",
  tag: "Rights",
  summary: "Everything held about a person, by store, personal values masked; audited",
  method: "GET",
  path: "/api/workspaces/:workspace/people/:person/held",
  access: "people:read",
  params: personParams,
  response: heldSchema,
});
export const describeHeldClear = route({
  id: "describeHeldClear",
  tag: "Rights",
  summary: "Everything held about a person with personal values in clear, to hand over to them; audited with its reason",
  method: "POST",
  path: "/api/workspaces/:workspace/people/:person/held",
  access: "people:unmask",
  params: personParams,
  body: z.object({ reason }),
  response: heldSchema,
});

const namedId = z.object({ kind: z.enum(IDENTITY_KINDS), value: z.string().max(255) });
const selection = z.object({
  people: z.array(personIdSchema).max(NAMED_MAX).optional().describe("Ids of people"),
  identities: z.array(namedId).max(NAMED_MAX).optional().describe("Ids that people are known by"),
});
export type ErasureSelection = z.infer<typeof selection>;

const erasureSchema = z.object({
  id: z.string(),
  state: z.enum(["running", "done"]),
  reason: z.string(),
  requestedBy: z.string(),
  requestedAt: z.string(),
  finishedAt: z.string().nullable(),
  people: z.number().int(),
  ids: z.number().int(),
  progress: z.number().min(0).max(1),
  holder: z.string().describe("The store that is worked on; empty when none is"),
  isTryingAgain: z.boolean().describe("The last step failed and is repeated"),
  removed: z.array(z.object({ store: z.string(), what: z.string(), count: z.number().int() })),
});

export const previewErasure = route({
  id: "previewErasure",
  tag: "Rights",
  summary: "How many people and ids a selection means, before they are erased",
  method: "POST",
  path: "/api/workspaces/:workspace/erasures/preview",
  access: "people:erase",
  params: workspaceParams,
  body: selection,
  response: z.object({ people: z.number().int(), ids: z.number().int(), notFound: z.number().int().describe("Named, but nobody's here") }),
});
export const createErasure = route({
  id: "createErasure",
  tag: "Rights",
  summary: `Erase up to ${ERASABLE_PEOPLE_MAX.toLocaleString("en")} people for good. Their keys are destroyed and their ids refused at once, the rest follows piece by piece. It cannot be undone`,
  method: "POST",
  path: "/api/workspaces/:workspace/erasures",
  access: "people:erase",
  params: workspaceParams,
  body: selection.extend({
    reason,
    confirm: z.literal("erase").describe("Says that you know that this cannot be undone"),
    refuseUnknown: z
      .boolean()
      .default(false)
      .describe("Also refuse ids in `people` that nobody has here: for a deny-list kept from before a backup was restored"),
  }),
  response: erasureSchema,
});
export const listErasures = route({
  id: "listErasures",
  tag: "Rights",
  summary: "Erasures, newest first, and what the deny-list refused",
  method: "GET",
  path: "/api/workspaces/:workspace/erasures",
  access: "people:erase",
  params: workspaceParams,
  query: pageQuery,
  response: pageOf(erasureSchema).extend({
    refused: z.object({
      ids: z.number().int().describe("Ids on the deny-list"),
      events: z.number().int().describe("Events refused since"),
    }),
  }),
});
const erasureParams = workspaceParams.extend({ erasure: z.string().max(20) });
export const getErasure = route({
  id: "getErasure",
  tag: "Rights",
  summary: "One erasure and how far it is",
  method: "GET",
  path: "/api/workspaces/:workspace/erasures/:erasure",
  access: "people:erase",
  params: erasureParams,
  response: erasureSchema,
});
export const getErasureCertificate = route({
  id: "getErasureCertificate",
  tag: "Rights",
  summary: "The signed certificate of a finished erasure; check it with `terrace verify-certificate`",
  method: "GET",
  path: "/api/workspaces/:workspace/erasures/:erasure/certificate",
  access: "people:erase",
  params: erasureParams,
  response: z.object({
    statement: z.record(z.string(), z.unknown()),
    algorithm: z.literal("Ed25519"),
    publicKey: z.string().describe("SPKI, base64"),
    signature: z.string().describe("Over the statement as JSON with sorted keys and without white space, base64"),
  }),
});
export const getErasureKey = route({
  id: "getErasureKey",
  tag: "Rights",
  summary: "The public key that certificates of this installation are signed with",
  method: "GET",
  path: "/api/workspaces/:workspace/erasures/key",
  access: "people:erase",
  params: workspaceParams,
  response: z.object({ keyId: z.string().describe("The first 16 hex digits of its SHA-256"), pem: z.string() }),
});
export const listRefusedIds = route({
  id: "listRefusedIds",
  tag: "Rights",
  summary: "The deny-list, to keep apart from backups: after restoring one made before, erase these `people` again with `refuseUnknown`",
  method: "GET",
  path: "/api/workspaces/:workspace/erasures/refused",
  access: "people:erase",
  params: workspaceParams,
  query: pageQuery.extend({ limit: z.coerce.number().int().min(1).max(5_000).default(1_000) }),
  response: pageOf(z.object({ id: personIdSchema.describe("Keyed hash of an id"), erasedAt: z.string() })),
});
export const readmitIds = route({
  id: "readmitIds",
  tag: "Rights",
  summary:
    "Take events of erased ids again, because their person came back: from now on, as a stranger. Name every id that the person uses",
  method: "POST",
  path: "/api/workspaces/:workspace/erasures/readmit",
  access: "people:erase",
  params: workspaceParams,
  body: z.object({ identities: z.array(namedId).min(1).max(100), reason }),
  response: z.object({ admitted: z.number().int(), notRefused: z.number().int().describe("Named, but not refused") }),
});

export const rightsRoutes = [
  describeHeld,
  describeHeldClear,
  previewErasure,
  createErasure,
  listErasures,
  getErasureKey,
  listRefusedIds,
  getErasure,
  getErasureCertificate,
  readmitIds,
] as const;
