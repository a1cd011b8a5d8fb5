import { getTimeline } from "@terrace/contract/api/people";
import { virtualNames, type VirtualEvent } from "@terrace/domain/event/virtual-event";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { handle, type RouteHandler } from "../../platform/http/handler.ts";
import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { loadOrigins } from "./person.views.ts";
import { displayOf, type FieldDisplay } from "./field-display.ts";
import { revealText, tokensIn } from "./personal-text.ts";
import { shownFields } from "./person-picture.ts";
import { ownerOrThrow } from "./person-owner.ts";
import { countNames, readTimeline, type TimelineEvent } from "./timeline.views.ts";

export type TimelineDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly privacy: Pick<PrivacyModule, "open">;
  readonly virtualEvents?: (workspaceId: number) => Promise<readonly VirtualEvent[]>;
};

/** What a person did. */
export function timelineRoutes(deps: TimelineDeps): readonly RouteHandler[] {
  const { db, warehouse, privacy, virtualEvents } = deps;
  return [
    handle(getTimeline, async ({ params, query }, context) => {
      const { workspaceId } = context;
      const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, ["number", "string"]);
      const originIds = await loadOrigins(db, workspaceId, await ownerOrThrow(db, workspaceId, params.person));
      const only = namesIn(query.events);
      const virtual = (await virtualEvents?.(workspaceId)) ?? [];
      const rows = await readTimeline(warehouse, workspaceId, {
        originIds,
        names: only,
        virtual,
        limit: query.limit + 1,
        after: after === undefined ? undefined : { timeMs: Number(after[0]), eventId: String(after[1]) },
      });
      const page = rows.slice(0, query.limit);
      // Most people did so little that the first page tells all of it.
      const isAll = only.length === 0 && rows.length === page.length;
      const names =
        after !== undefined ? undefined : isAll ? namesOf(page, virtual) : await countNames(warehouse, workspaceId, { originIds, virtual });
      const last = page.at(-1);
      const display = displayOf(context.fields, await privacy.open(db, workspaceId, originIds, [...tokensOf(page)]));
      return {
        items: page.map((event) => ({ ...present(event, display), virtual: [...virtualNames(virtual, event)] })),
        ...(names === undefined ? {} : { names }),
        ...(rows.length > page.length && last !== undefined ? { nextCursor: encodeCursor([Date.parse(last.time), last.eventId]) } : {}),
      };
    }),
  ];
}

function namesIn(list: string | undefined): readonly string[] {
  return list === undefined
    ? []
    : list
        .split(",")
        .map((name) => name.trim())
        .filter((name) => name !== "");
}

/** What `countNames` answers, for events at hand. */
function namesOf(events: readonly TimelineEvent[], virtual: readonly VirtualEvent[]): { name: string; count: number }[] {
  const all = events.flatMap((event) => [event.name, ...virtualNames(virtual, event)]);
  const names = [...Map.groupBy(all, (name) => name)].map(([name, own]) => ({ name, count: own.length }));
  return names.toSorted((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}

function tokensOf(events: readonly TimelineEvent[]): ReadonlySet<string> {
  const tokens = new Set<string>();
  for (const { properties, context } of events) {
    tokensIn(properties, tokens);
    tokensIn(context, tokens);
  }
  return tokens;
}

function present(event: TimelineEvent, display: FieldDisplay) {
  return {
    ...event,
    properties: shownFields("property", event.properties, display),
    context: Object.fromEntries(Object.entries(event.context).map(([key, text]) => [key, revealText(text, display.text)])),
  };
}
