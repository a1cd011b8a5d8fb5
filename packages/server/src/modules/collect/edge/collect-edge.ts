import type { FeedEvent, EventSource, RejectedEvent } from "@terrace/domain/event/feed-event";
import { decodeItem } from "@terrace/domain/event/decode-item";
import { prepareEvent } from "@terrace/domain/event/prepare-event";
import type { EventDraft } from "@terrace/domain/imports/event-draft";
import type { FastifyInstance } from "fastify";
import { hash, randomUUID } from "node:crypto";
import { allowAnyOrigin } from "./cross-origin.ts";
import type { CollectEdgeDeps, Edge } from "./edge-deps.ts";
import { registerPosthogRoutes } from "./posthog.routes.ts";
import { BODY_BYTES_MAX, parseJson } from "./read-body.ts";
import { registerSegmentRoutes } from "./segment.routes.ts";
import { registerSensorsRoutes } from "./sensors.routes.ts";
import { decodeContext } from "./take-items.ts";
import { createUserAgentParser } from "./user-agent.ts";

export type { CollectEdgeDeps };

/** The door for events: HTTP routes, and the same gate for events made or replayed inside. */
export type CollectEdge = {
  /** Adds the collect paths to an application, in a scope of their own (raw bodies, CORS, fault answers). */
  readonly register: (app: FastifyInstance) => Promise<void>;
  /** Takes an event made inside Terrace through the gate; a `RejectedEvent` has a `code`. */
  readonly prepare: (draft: EventDraft) => FeedEvent | RejectedEvent;
  /** Decodes the payload of a quarantined event again, as if it arrived now at `receivedAtMs`. */
  readonly redecode: (
    source: EventSource,
    payload: string,
    at: { readonly workspaceId: number; readonly receivedAtMs: number },
  ) => Redecoded;
};

export type Redecoded = { readonly events: FeedEvent[]; readonly rejected: RejectedEvent[] };

/** Builds the receiving edge. */
export function createCollectEdge(deps: CollectEdgeDeps): CollectEdge {
  const edge: Edge = {
    admit: () => ({ ok: true }),
    randomId: randomUUID,
    ...deps,
    parseUserAgent: createUserAgentParser(),
    derivedId: (text) => `d-${hash("sha256", text, "base64url").slice(0, 27)}`,
  };
  return {
    register: async (app) => {
      await app.register(async (scope) => {
        scope.removeAllContentTypeParsers();
        scope.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: BODY_BYTES_MAX }, (_request, body, done) => done(null, body));
        allowAnyOrigin(scope);
        registerSegmentRoutes(scope, edge);
        registerPosthogRoutes(scope, edge);
        registerSensorsRoutes(scope, edge);
      });
    },
    prepare: (draft) =>
      prepareEvent(draft, {
        tokenise: (personalClass, value) => deps.privacy.tokenise(draft.workspaceId, personalClass, value),
        isMarkedPersonal: (eventName, property) => deps.isMarkedPersonal(draft.workspaceId, eventName, property),
        parseUserAgent: edge.parseUserAgent,
        derivedId: edge.derivedId,
      }),
    redecode: (source, payload, at) => redecode(edge, source, payload, at),
  };
}

function redecode(
  edge: Edge,
  source: EventSource,
  payload: string,
  at: { readonly workspaceId: number; readonly receivedAtMs: number },
): Redecoded {
  const context = {
    ...decodeContext(edge, { owner: at, bytes: Buffer.byteLength(payload) }, { ip: "", userAgent: "" }),
    receivedAtMs: at.receivedAtMs,
    source,
  };
  const outcome = decodeItem(source, parsed(payload), context);
  if ("accepted" in outcome) return { events: [outcome.accepted], rejected: [] };
  return { events: [], rejected: "rejected" in outcome ? [outcome.rejected] : [] };
}

/** A payload that was cut is no longer JSON; it is judged like any other thing that is not an event. */
function parsed(payload: string): unknown {
  try {
    return parseJson(payload);
  } catch {
    return payload;
  }
}
