import { CLICK_EVENT, type VirtualEvent, type VirtualMatcher } from "@terrace/domain/event/virtual-event";
import { ch, type Warehouse } from "../../../platform/storage/clickhouse.ts";
import { matcherCondition, namedCondition } from "../../../platform/storage/event-names.ts";

/** How often a virtual event happened, and when; times are Unix ms. */
export type VirtualFigures = { readonly volume: number; readonly recent: number; readonly firstMs: number; readonly lastMs: number };

/** Figures of virtual events by name, those that ever happened, in one look at the captured clicks. `recentFromMs` is where `recent` begins. */
export async function loadVirtualFigures(
  warehouse: Warehouse,
  workspaceId: number,
  query: { readonly events: readonly VirtualEvent[]; readonly recentFromMs: number },
): Promise<ReadonlyMap<string, VirtualFigures>> {
  const { events } = query;
  if (events.length === 0) return new Map();
  const names = events.map(({ name }) => name);
  const hits = ch.join(
    events.map((event, index) => ch`if(${namedCondition([event.name], [event])}, ${ch.value("Int32", index)}, -1)`),
    ", ",
  );
  const rows = await warehouse.rows<{ hit: number; volume: number; recent: number; first: number; last: number }>(
    workspaceId,
    "virtual_events.figures",
    ch`
    select hit, count() as volume, countIf(time >= fromUnixTimestamp64Milli(${ch.value("Int64", query.recentFromMs)})) as recent,
      toUnixTimestamp64Milli(min(time)) as first, toUnixTimestamp64Milli(max(time)) as last
    from (
      select time, arrayJoin(arrayFilter(hit -> hit >= 0, [${hits}])) as hit from events
      where workspace_id = ${ch.value("UInt32", workspaceId)} and name in ${ch.value("Array(String)", [CLICK_EVENT, ...names])}
    ) group by hit`,
  );
  return new Map(rows.map(({ hit, volume, recent, first, last }) => [names[hit] ?? "", { volume, recent, firstMs: first, lastMs: last }]));
}

/** How many captured clicks each matcher takes, from an instant on (Unix ms). */
export async function countMatches(
  warehouse: Warehouse,
  workspaceId: number,
  query: { readonly matchers: readonly VirtualMatcher[]; readonly fromMs: number },
): Promise<readonly number[]> {
  const counts = ch.join(
    query.matchers.map((matcher) => ch`countIf(${matcherCondition([matcher])})`),
    ", ",
  );
  const [row] = await warehouse.rows<{ counts: number[] }>(
    workspaceId,
    "virtual_events.count",
    ch`
    select [${counts}] as counts from events
    where workspace_id = ${ch.value("UInt32", workspaceId)} and name = ${ch.value("String", CLICK_EVENT)}
      and toDate(time) >= toDate(fromUnixTimestamp64Milli(${ch.value("Int64", query.fromMs)}, 'UTC')) and time >= fromUnixTimestamp64Milli(${ch.value("Int64", query.fromMs)})`,
    { timeoutSeconds: 20 },
  );
  return row?.counts ?? query.matchers.map(() => 0);
}
