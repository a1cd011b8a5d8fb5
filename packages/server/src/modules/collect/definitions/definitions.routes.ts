import { getEventDefinition, listEventDefinitions, updateEventDefinition } from "@terrace/contract/api/data";
import { knownEvent, searchKnownEvents } from "@terrace/domain/event/known-events";
import { dayAt, startOfDay, zoneClock } from "@terrace/domain/time/zoned-time";
import { decodeCursor, encodeCursor } from "../../../platform/http/cursor.ts";
import { faultError } from "../../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../../platform/http/handler.ts";
import type { Warehouse } from "../../../platform/storage/clickhouse.ts";
import { inTransaction, type Db } from "../../../platform/storage/postgres.ts";
import type { AccessModule } from "../../access/module.ts";
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

export type DefinitionRouteDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly audit: AccessModule["audit"];
  readonly timeZone: (workspaceId: number) => Promise<string>;
  readonly refresh: () => Promise<void>;
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
      const rows = await listDefinitionRows(db, workspaceId, {
        limit: query.limit + 1,
        search: query.search,
        knownNames: query.search === undefined ? [] : searchKnownEvents(query.search),
        after: after === undefined ? undefined : { volume: Number(after[0]), name: String(after[1]) },
      });
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      return {
        items: await hydrate(deps, workspaceId, page),
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
      });
      return {
        ...definition,
        properties: await listProperties(db, workspaceId, params.name),
        daily: withEmptyDays(daily, dayAt(newest, clock)),
      };
    }),
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

/** Rows as the API shows them, with their volume of the last 30 days. */
async function hydrate({ db, warehouse }: DefinitionRouteDeps, workspaceId: number, rows: readonly DefinitionRow[]) {
  const newest = rows.length === 0 ? undefined : (await loadEventSpan(db, workspaceId))?.lastMs;
  const recent =
    newest === undefined
      ? new Map<string, number>()
      : await countRecent(
          warehouse,
          workspaceId,
          rows.map(({ name }) => name),
          newest - RECENT_DAYS * DAY_MS,
        );
  return rows.map((row) => present(row, recent.get(row.name) ?? 0));
}

async function loadOne(deps: DefinitionRouteDeps, workspaceId: number, name: string) {
  const row = await findDefinitionRow(deps.db, workspaceId, name);
  const [definition] = row === undefined ? [] : await hydrate(deps, workspaceId, [row]);
  if (definition === undefined)
    throw faultError("event_definition.not_found", { field: "name", mend: "List the event definitions for the names there are" });
  return definition;
}

/** Operators' names win over the built-in ones. */
function present(row: DefinitionRow, volume30Days: number) {
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
