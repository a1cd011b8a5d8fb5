import { addToState, type CounterState, type Keeping } from "@terrace/domain/segments/counter";
import type { Tracker } from "@terrace/domain/segments/tracker";
import type { Period } from "@terrace/domain/insight/time/calendar";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { personOfOrigin } from "../../../platform/storage/person-of-event.ts";
import type { ReadRows } from "../segment-deps.ts";
import { countSql, listenedSql, statesOf, type FilledRow } from "../live/fill.views.ts";

export type Previewing = {
  readonly workspaceId: number;
  readonly nowMs: number;
  readonly read: ReadRows;
  readonly trackers: readonly { readonly id: string; readonly tracker: Tracker }[];
};

/** What trackers would look at: events, whose they are, and how many people they come from on a day of a period. */
export type Listened = { readonly events: number; readonly people: number; readonly peopleOfDays: number };

export async function countListened({ workspaceId, nowMs, read, trackers }: Previewing, { fromMs, toMs }: Period): Promise<Listened> {
  const isOne = ch.join(
    trackers.map(({ tracker }) => ch`(${listenedSql(tracker, { workspaceId, nowMs })})`),
    " or ",
  );
  const isRecent = ch`time >= fromUnixTimestamp64Milli(${ch.value("Int64", fromMs)}) and time < fromUnixTimestamp64Milli(${ch.value("Int64", toMs)})`;
  const [row] = await read<Listened>(
    "computed_traits.preview_cost",
    ch`select sum(events) as events, uniqExact(person) as people, toUInt64(sum(days)) as peopleOfDays from (
        select ${personOfOrigin(ch`${ch.value("UInt32", workspaceId)}`)} as person, count() as events, uniqExactIf(toDate(time), ${isRecent}) as days
        from events where workspace_id = ${ch.value("UInt32", workspaceId)} and (${isOne}) group by origin_id)`,
  );
  return row ?? { events: 0, people: 0, peopleOfDays: 0 };
}

/** What would be counted of one person, of all ids together. */
export type PreviewedPerson = { readonly person: string; readonly state: CounterState };

/** The counters of some people, chosen by chance: of one in `oneIn`. */
export async function countPeople(
  { workspaceId, nowMs, read, trackers }: Previewing,
  { oneIn, keeping }: { readonly oneIn: number; readonly keeping: ReadonlyMap<string, Keeping> },
): Promise<readonly PreviewedPerson[]> {
  const workspace = ch`${ch.value("UInt32", workspaceId)}`;
  const among: ChStatement = ch`cityHash64(${personOfOrigin(workspace)}) % ${ch.value("UInt64", oneIn)} = 0`;
  const counted = trackers.map(({ id, tracker }) => countSql({ workspaceId, nowMs, id, tracker }, among));
  const rows = await read<{ person: string; counts: FilledRow["counts"]; origin: string }>(
    "computed_traits.preview",
    ch`select toString(${personOfOrigin(workspace)}) as person, toString(origin_id) as origin, groupArray((tracker, bucket, times, extra)) as counts
      from (${ch.join(counted, " union all ")}) group by origin_id order by cityHash64(${personOfOrigin(workspace)}), origin_id`,
  );
  const people = new Map<string, CounterState>();
  for (const { person, counts } of rows) people.set(person, addToState(people.get(person) ?? {}, statesOf(counts, trackers), keeping));
  return [...people].map(([person, state]) => ({ person, state }));
}
