import type { exportedEventSchema } from "@terrace/contract/api/exports";
import type { EventContext, FeedEvent, RejectedEvent } from "@terrace/domain/event/feed-event";
import type { PersonFacts } from "@terrace/domain/exports/person-dump";
import type { EventDraft } from "@terrace/domain/imports/event-draft";
import type { z } from "zod";
import { faultError } from "../../platform/http/fault-error.ts";
import type { Grant } from "../../platform/http/handler.ts";
import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import { CONTEXT_COLUMNS } from "../../platform/storage/event-columns.ts";
import { inTransaction, type Db } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { PeopleModule } from "../people/module.ts";
import { storedAmong } from "./stored-events.views.ts";

export type TakeExportedDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly audit: AccessModule["audit"];
  readonly people: Pick<PeopleModule, "restoreFacts">;
  readonly prepare: (draft: EventDraft) => FeedEvent | RejectedEvent;
  readonly accept: (events: readonly FeedEvent[]) => Promise<void>;
  readonly nowMs: () => number;
};

export type ExportedEvent = z.output<typeof exportedEventSchema>;
type Rejected = { readonly index: number; readonly code: string; readonly field: string; readonly detail: string };

const EVENT_BYTES_MAX = 512 * 1024;
const PEOPLE_PER_TRANSACTION = 200;
const EVENTS_PER_ACCEPT = 500;

/** Takes people and events that an export in clear holds. A repeat changes nothing: facts are added once, events are known by their message ids. */
export async function takeExported(
  deps: TakeExportedDeps,
  grant: Grant,
  ip: string,
  given: { readonly people: readonly PersonFacts[]; readonly events: readonly ExportedEvent[] },
): Promise<{ readonly people: number; readonly events: number; readonly rejected: readonly Rejected[] }> {
  const { workspaceId, actor } = grant;
  if (given.people.length > 0 && !grant.may("people:merge"))
    throw faultError("role.not_allowed", {
      field: "people",
      mend: "People bring their merges with them: this needs the permission people:merge",
    });
  for (let at = 0; at < given.people.length; at += PEOPLE_PER_TRANSACTION)
    await inTransaction(deps.db, (tx) => deps.people.restoreFacts(tx, workspaceId, given.people.slice(at, at + PEOPLE_PER_TRANSACTION)));
  const { events, rejected } = prepareEvents(deps, workspaceId, given.events);
  const stored = await storedAmong(deps.warehouse, workspaceId, events);
  const fresh = events.filter(({ messageId }) => !stored.has(messageId));
  for (let at = 0; at < fresh.length; at += EVENTS_PER_ACCEPT) await deps.accept(fresh.slice(at, at + EVENTS_PER_ACCEPT));
  await inTransaction(deps.db, (tx) =>
    deps.audit(tx, {
      workspaceId,
      actor,
      action: "export.take",
      target: `workspace:${workspaceId}`,
      detail: { people: given.people.length, events: fresh.length, rejected: rejected.length },
      ip,
    }),
  );
  return { people: given.people.length, events: fresh.length, rejected };
}

function prepareEvents(
  deps: TakeExportedDeps,
  workspaceId: number,
  given: readonly ExportedEvent[],
): { readonly events: readonly FeedEvent[]; readonly rejected: readonly Rejected[] } {
  const events: FeedEvent[] = [];
  const rejected: Rejected[] = [];
  const receivedAtMs = deps.nowMs();
  for (const [index, event] of given.entries()) {
    const prepared = deps.prepare({
      workspaceId,
      messageId: event.messageId,
      source: event.source,
      name: event.name,
      timeMs: Date.parse(event.time),
      receivedAtMs,
      ids: event.id === undefined ? [] : [event.id],
      link: "observed",
      properties: event.properties,
      traits: [],
      context: contextOf(event.context),
      marked: event.marked,
      sizeMax: EVENT_BYTES_MAX,
    });
    if ("code" in prepared) rejected.push({ index, code: prepared.code, field: prepared.field, detail: prepared.detail });
    else events.push(prepared);
  }
  return { events, rejected };
}

/** Exports name context by its columns. */
function contextOf(columns: Readonly<Record<string, string>>): Partial<EventContext> {
  return Object.fromEntries(
    Object.entries(CONTEXT_COLUMNS).flatMap(([field, column]) => (columns[column] === undefined ? [] : [[field, columns[column]]])),
  );
}
