import { getEventDefinition, getEventTypes, listEventDefinitions, updateEventDefinition } from "@terrace/contract/api/events";
import { knownEvent, searchKnownEvents } from "@terrace/domain/event/known-events";
import { CLICK_EVENT } from "@terrace/domain/event/virtual-event";
import { dayAt, startOfDay, zoneClock } from "@terrace/domain/time/zoned-time";
import { decodeCursor, encodeCursor } from "../../../platform/http/cursor.ts";
import { faultError } from "../../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../../platform/http/handler.ts";
import type { Warehouse } from "../../../platform/storage/clickhouse.ts";
import { inTransaction, type Db } from "../../../platform/storage/postgres.ts";
import type { AccessModule } from "../../access/module.ts";
import type { VirtualEventRow } from "../visual-events/virtual-event.store.ts";
import { loadVirtualFigures } from "../visual-events/virtual-event.views.ts";
import type { VirtualEvents } from "../visual-events/virtual-events.ts";
import { withEmptyDays } from "./daily-days.ts";
import { updateDefinition, type DefinitionChange } from "./definition.store.ts";
import {
  countRecent,
  dailyVolume,
  findDefinitionRow,
  listDefinitionRows,
  listProperties,
  loadEventSpan,
  type DefinitionRow,
} from "./definition.views.ts";
import { describeEventTypes } from "./event-types.ts";

export type DefinitionRouteDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly audit: AccessModule["audit"];
  readonly timeZone: (workspaceId: number) => Promise<string>;
  readonly refresh: () => Promise<void>;
  readonly virtualEvents: Pick<VirtualEvents, "list">;
};

const DAY_MS = 86_400_000;
const RECENT_DAYS = 30;
const DAILY_DAYS = 90;

/** Reading and editing event definitions. */
export function definitionRoutes(deps: DefinitionRouteDeps): readonly RouteHandler[] {
  const { db, warehouse } = deps;
  return [
    handle(listEventDefinitions, async ({ query }, { workspaceId }) => {
      const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, ["number", "string"]);
      const virtual = await loadVirtual(deps, workspaceId);
      const rows = await listDefinitionRows(db, workspaceId, {
        limit: query.limit + 1,
        search: query.search,
        knownNames: query.search === undefined ? [] : searchKnownEvents(query.search),
        after: after === undefined ? undefined : { volume: Number(after[0]), name: String(after[1]) },
        virtual: [...virtual.values()],
      });
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      return {
        items: await hydrate(deps, workspaceId, page, virtual),
        ...(rows.length > page.length && last !== undefined ? { nextCursor: encodeCursor([last.volume, last.name]) } : {}),
      };
    }),
    handle(getEventDefinition, async ({ params }, { workspaceId }) => {
      const definition = await loadOne(deps, workspaceId, params.name);
      const zone = await deps.timeZone(workspaceId);
      const clock = zoneClock(zone);
      const newest = (await loadEventSpan(db, workspaceId))?.lastMs ?? Date.parse(definition.lastSeenAt);
      const daily = await dailyVolume(warehouse, workspaceId, {
        name: params.name,
        fromMs: startOfDay(dayAt(newest, clock) - DAILY_DAYS + 1, clock),
        zone,
        virtual: definition.virtual === null ? [] : [{ name: definition.name, matcher: definition.virtual.matcher }],
      });
      return {
        ...definition,
        properties: await listProperties(db, workspaceId, definition.virtual === null ? params.name : CLICK_EVENT),
        daily: withEmptyDays(daily, dayAt(newest, clock)),
      };
    }),
    handle(getEventTypes, (_, { workspaceId }) => describeEventTypes(db, workspaceId)),
    handle(updateEventDefinition, async ({ params, body }, { workspaceId, actor, ip }) => {
      const changed = await inTransaction(db, async (tx) => {
        const found = await updateDefinition(tx, workspaceId, params.name, body);
        if (found)
          await deps.audit(tx, {
            workspaceId,
            actor,
            action: "event_definition.update",
            target: `event:${params.name}`,
            detail: auditOf(body),
            ip,
          });
        return found;
      });
      if (!changed)
        throw faultError("event_definition.not_found", { field: "name", mend: "Only events that were seen once can be defined" });
      await deps.refresh();
      return loadOne(deps, workspaceId, params.name);
    }),
  ];
}

type Virtual = ReadonlyMap<string, DefinitionRow & { readonly recent: number; readonly made: VirtualEventRow }>;

/** The virtual events of a workspace as definitions, by name. */
async function loadVirtual({ db, warehouse, virtualEvents }: DefinitionRouteDeps, workspaceId: number): Promise<Virtual> {
  const events = await virtualEvents.list(workspaceId);
  const newest = events.length === 0 ? undefined : (await loadEventSpan(db, workspaceId))?.lastMs;
  const figures =
    newest === undefined
      ? undefined
      : await loadVirtualFigures(warehouse, workspaceId, { events, recentFromMs: newest - RECENT_DAYS * DAY_MS });
  return new Map(
    events.map((made) => {
      const found = figures?.get(made.name);
      return [
        made.name,
        {
          name: made.name,
          nameZh: "",
          nameEn: "",
          description: made.description,
          status: "active",
          enforcement: "accept",
          schema: null,
          flagged: 0,
          firstSeenAt: found === undefined ? made.createdAt : new Date(found.firstMs),
          lastSeenAt: found === undefined ? made.createdAt : new Date(found.lastMs),
          volume: found?.volume ?? 0,
          recent: found?.recent ?? 0,
          made,
        } as const,
      ];
    }),
  );
}

/** Rows as the API shows them, with their volume of the last 30 days. */
async function hydrate({ db, warehouse }: DefinitionRouteDeps, workspaceId: number, rows: readonly DefinitionRow[], virtual: Virtual) {
  const names = rows.map(({ name }) => name).filter((name) => !virtual.has(name));
  const newest = names.length === 0 ? undefined : (await loadEventSpan(db, workspaceId))?.lastMs;
  const recent =
    newest === undefined ? new Map<string, number>() : await countRecent(warehouse, workspaceId, names, newest - RECENT_DAYS * DAY_MS);
  return rows.map((row) => present(row, virtual.get(row.name)?.recent ?? recent.get(row.name) ?? 0, virtual.get(row.name)?.made));
}

async function loadOne(deps: DefinitionRouteDeps, workspaceId: number, name: string) {
  const virtual = await loadVirtual(deps, workspaceId);
  const row = virtual.get(name) ?? (await findDefinitionRow(deps.db, workspaceId, name));
  const [definition] = row === undefined ? [] : await hydrate(deps, workspaceId, [row], virtual);
  if (definition === undefined)
    throw faultError("event_definition.not_found", { field: "name", mend: "List the event definitions for the names there are" });
  return definition;
}

/** Operators' names win over the built-in ones. */
function present(row: DefinitionRow, volume30Days: number, made: VirtualEventRow | undefined) {
  const known = knownEvent(row.name);
  return {
    name: row.name,
    displayName: { zh: row.nameZh === "" ? (known?.zh ?? "") : row.nameZh, en: row.nameEn === "" ? (known?.en ?? "") : row.nameEn },
    description: row.description,
    known: known !== undefined,
    status: row.status,
    enforcement: row.enforcement,
    schema: row.schema,
    firstSeenAt: row.firstSeenAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    volume: row.volume,
    volume30Days,
    flagged: row.flagged,
    virtual: made === undefined ? null : { matcher: made.matcher, createdBy: made.createdBy, createdAt: made.createdAt.toISOString() },
  };
}

function auditOf(change: DefinitionChange): Parameters<AccessModule["audit"]>[1]["detail"] {
  return {
    changed: Object.keys(change),
    ...(change.enforcement === undefined ? {} : { enforcement: change.enforcement }),
    ...(change.status === undefined ? {} : { status: change.status }),
    ...(change.personalProperties === undefined ? {} : { personalProperties: [...change.personalProperties] }),
  };
}
