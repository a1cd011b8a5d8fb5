import type { PersonCondition } from "@terrace/domain/conditions/condition";
import type { Period } from "@terrace/domain/insight/time/calendar";
import { ch, type ChStatement } from "../../platform/storage/clickhouse.ts";
import { eventSelectorSql, peopleOfCondition, personConditionSql, type ConditionTools } from "../../platform/storage/condition-sql.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import type { ReadRows } from "./segment-deps.ts";

type Reading = { readonly tools: ConditionTools; readonly read: ReadRows };

/** How many meet a condition now, of how many, and the first of them in order of their ids. */
export type Meeting = { readonly people: number; readonly everyone: number; readonly first: readonly string[] };

/** People of whom some are shown: copies of events that stand for the erased are nobody's, so more are taken than are shown. */
const FIRST_MAX = 20;
/** Ids that go with one statement. */
const IDS_MAX = 500_000;
/** Ids that are looked at first for some who meet a condition that most do; then more and more. */
const IDS_FIRST = 2_000;

/** People who meet a condition. */
export async function findMeeting(reading: Reading & { readonly db: Db }, condition: PersonCondition): Promise<Meeting> {
  const { db, tools, read } = reading;
  const everyone = await countEveryone(db, tools.workspaceId);
  const found = peopleOfCondition(condition, tools);
  if (found === undefined) return { everyone, ...(await amongEveryone(reading, condition)) };
  const [row] = await read<{ people: number; first: readonly string[] }>(
    "segments.estimate",
    ch`select count() as people, arrayMap(id -> toString(id), groupArraySorted(${{ text: String(FIRST_MAX), params: {} }})(person)) as first
    from (${found.people}) /* workspace_id is named in what it reads */`,
  );
  const { people = 0, first = [] } = row ?? {};
  if (found.meets) return { everyone, people, first };
  return { everyone, people: Math.max(0, everyone - people), first: await firstMeeting(reading, condition) };
}

export async function countEveryone(db: Db, workspaceId: number): Promise<number> {
  const [row] = await db<{ count: number }[]>`select count(*)::int as count from person where workspace_id = ${workspaceId}`;
  return row?.count ?? 0;
}

/** Where neither who meets a condition nor who does not can be found by what they did and have, the state engine says who there is. */
async function amongEveryone(reading: Reading & { readonly db: Db }, condition: PersonCondition): Promise<Omit<Meeting, "everyone">> {
  let people = 0;
  const first: string[] = [];
  for (let after = "0"; ;) {
    const ids = await loadIds(reading.db, reading.tools.workspaceId, after, IDS_MAX);
    const meeting = await meetingOf(reading, condition, ids);
    people += meeting.people;
    first.push(...meeting.first);
    const last = ids.at(-1);
    if (last === undefined || ids.length < IDS_MAX) return { people, first: first.slice(0, FIRST_MAX) };
    after = last;
  }
}

async function firstMeeting(reading: Reading & { readonly db: Db }, condition: PersonCondition): Promise<readonly string[]> {
  const first: string[] = [];
  let after = "0";
  for (let limit = IDS_FIRST; first.length < FIRST_MAX; limit = Math.min(limit * 8, IDS_MAX)) {
    const ids = await loadIds(reading.db, reading.tools.workspaceId, after, limit);
    first.push(...(await meetingOf(reading, condition, ids)).first);
    const last = ids.at(-1);
    if (last === undefined || ids.length < limit) break;
    after = last;
  }
  return first.slice(0, FIRST_MAX);
}

async function loadIds(db: Db, workspaceId: number, after: string, limit: number): Promise<readonly string[]> {
  const rows = await db<{ id: string }[]>`
    select person_id as id from person where workspace_id = ${workspaceId} and person_id > ${after} order by person_id limit ${limit}`;
  return rows.map(({ id }) => id);
}

/** Whether somebody meets a condition. */
export async function meetsNow(reading: Reading, condition: PersonCondition, personId: string): Promise<boolean> {
  return (await meetingOf(reading, condition, [personId])).people > 0;
}

async function meetingOf(
  { tools, read }: Reading,
  condition: PersonCondition,
  ids: readonly string[],
): Promise<{ readonly people: number; readonly first: readonly string[] }> {
  if (ids.length === 0) return { people: 0, first: [] };
  const [row] = await read<{ people: number; first: readonly string[] }>(
    "segments.estimate",
    ch`select count() as people, arrayMap(id -> toString(id), groupArraySorted(${{ text: String(FIRST_MAX), params: {} }})(person)) as first
    from (select toUInt64(arrayJoin(${ch.value("Array(String)", ids)})) as person) /* workspace_id is named in what it reads */
    where ${personConditionSql(condition, ch`person`, tools)}`,
  );
  return row ?? { people: 0, first: [] };
}

/** How many events of each name there were in a time; of null, how many in all. */
export async function countEvents(
  { tools, read }: Reading,
  events: readonly (string | null)[],
  { fromMs, toMs }: Period,
): Promise<readonly number[]> {
  if (events.length === 0) return [];
  const selected = events.map((event) => eventSelectorSql({ event }, tools));
  const counts = selected.map((selects): ChStatement => ch`countIf(${selects})`);
  const [row] = await read<{ counts: readonly number[] }>(
    "segments.estimate_cost",
    ch`select [${ch.join(counts, ", ")}] as counts from events where workspace_id = ${ch.value("UInt32", tools.workspaceId)}
      and time >= fromUnixTimestamp64Milli(${ch.value("Int64", fromMs)}) and time < fromUnixTimestamp64Milli(${ch.value("Int64", toMs)})
      and (${ch.join(selected, " or ")})`,
  );
  return row?.counts ?? [];
}
