import { anonymiseProperties, ANONYMOUS_TIME_MS, coarsenTimes, quarterOf } from "@terrace/domain/rights/anonymise";
import type { Json } from "@terrace/domain/json";
import { createHmac } from "node:crypto";
import { z } from "zod";
import type {
  ErasedSubjects,
  EraseStep,
  HeldGroup,
  HeldItem,
  PersonalDataHolder,
  PersonAsked,
} from "../../platform/personal-data/holder.ts";
import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import { noteDataChanged } from "../../platform/storage/data-generation.store.ts";
import { storedContext, storedProperties } from "../../platform/storage/event-columns.ts";
import type { Tx } from "../../platform/storage/postgres.ts";
import { insertRows } from "./event-store.ts";
import {
  countChanges,
  countEventsOf,
  forgetFormerTraits,
  forgetOwners,
  forgetTags,
  hideEvents,
  monthsOf,
  readEventIds,
  readEventsOf,
  readToErase,
  scrubMonth,
  type EventToErase,
} from "./erase-events.store.ts";

export type EventHolderDeps = {
  readonly warehouse: Warehouse;
  /** The newest batch of settled events. */
  readonly newestBatch: (tx: Tx) => Promise<string>;
  /** Whether every batch up to one is stored. */
  readonly storedUpTo: (tx: Tx, batchId: string) => Promise<boolean>;
  /** Whether the event engine is still to be told that traits of some people are gone. */
  readonly areTraitsPending: (tx: Tx, workspaceId: number, personIds: readonly string[]) => Promise<boolean>;
  /** The same of tags of some ids. */
  readonly areTagsPending: (tx: Tx, workspaceId: number, originIds: readonly string[]) => Promise<boolean>;
};

/** Where the erasure of events stands. `batch`: events settled before the deny-list was in force are stored first. */
const placeSchema = z.discriminatedUnion("phase", [
  z.object({ phase: z.literal("wait"), batch: z.string() }).readonly(),
  z
    .object({
      phase: z.enum(["copy", "hide", "hidden", "scrub", "scrubbed"]),
      months: z.array(z.string()).readonly(),
      at: z.number(),
      fromMs: z.number(),
    })
    .readonly(),
  z.object({ phase: z.enum(["owners", "forgetting", "done"]) }).readonly(),
]);
type Place = z.output<typeof placeSchema>;

const EVENTS_PER_STEP = 10_000;
const EVENTS_REPORTED_MAX = 20_000;
const EVENTS_PER_PAGE = 2_000;
const POLL_MS = 300;
const BEGINNING_MS = -2_208_988_800_000;
const END_MS = 4_102_444_800_000;

/** Columns that stay of an event whose person was erased: where it came from and on what, never what was typed or looked at. */
const KEPT_COLUMNS = [
  "channel",
  "utm_source",
  "utm_medium",
  "utm_campaign",
  "utm_content",
  "referrer_host",
  "device_type",
  "browser",
  "os",
  "app_version",
  "locale",
  "library",
] as const;

/**
 * Events in the event engine. Of an erased person's events anonymous copies take the place: under a number that was thrown for this erasure and
 * is forgotten with it, without text, without the exact time (docs/decisions). Then the events are hidden from queries, and the data written anew.
 */
export function createEventHolder(deps: EventHolderDeps): PersonalDataHolder {
  return {
    name: "events",
    describe: (asked) => describe(deps, asked),
    erase: (tx, subjects, cursor) => erase(deps, tx, subjects, cursor),
  };
}

async function describe({ warehouse }: EventHolderDeps, asked: PersonAsked): Promise<readonly HeldGroup[]> {
  const { workspaceId, originIds } = asked;
  const items: HeldItem[] = [];
  let before: { timeMs: number; eventId: string } | undefined;
  while (items.length < EVENTS_REPORTED_MAX) {
    const page = await readEventsOf(warehouse, workspaceId, { originIds, before, limit: EVENTS_PER_PAGE });
    for (const row of page)
      items.push({
        what: row.name,
        value: contentOf(asked, row),
        at: new Date(Number(row.time_ms)).toISOString(),
      });
    const last = page.at(-1);
    if (last === undefined || page.length < EVENTS_PER_PAGE) return [{ key: "events", total: items.length, items }];
    before = { timeMs: Number(last.time_ms), eventId: last.event_id };
  }
  return [{ key: "events", total: await countEventsOf(warehouse, workspaceId, originIds), items }];
}

/** What was in an event, as far as the asker sees its properties. */
function contentOf(asked: PersonAsked, row: EventToErase): Json {
  const context = Object.entries(storedContext(row)).map(([name, text]) => [name, asked.show(text)] as const);
  const properties = Object.entries(storedProperties(row)).flatMap(([name, value]) => {
    const seen = asked.showField("property", name, value);
    return seen === undefined ? [] : ([[name, seen]] as const);
  });
  return Object.fromEntries([...context, ...properties]);
}

async function erase(deps: EventHolderDeps, tx: Tx, subjects: ErasedSubjects, cursor: Json): Promise<EraseStep> {
  const place = readPlace(cursor) ?? { phase: "wait", batch: await deps.newestBatch(tx) };
  if ("months" in place) {
    const step = await eraseMonth(deps, subjects, place);
    await noteDataChanged(tx, [subjects.workspaceId]);
    return step;
  }
  if (place.phase === "wait") return waitForStore(deps, tx, subjects, place);
  return forget(deps, tx, subjects, place.phase);
}

/** Events settled before the deny-list was in force must be stored before they can be looked for. */
async function waitForStore(
  { warehouse, storedUpTo }: EventHolderDeps,
  tx: Tx,
  { workspaceId, originIds }: ErasedSubjects,
  place: Extract<Place, { readonly phase: "wait" }>,
): Promise<EraseStep> {
  if (!(await storedUpTo(tx, place.batch))) return later(place);
  const months = (await monthsOf(warehouse, workspaceId, originIds)).map(({ month }) => month);
  return goOn(months.length === 0 ? { phase: "owners" } : { phase: "copy", months, at: 0, fromMs: BEGINNING_MS });
}

/** Months of data that the engine writes anew at a time: it is never idle between two, and queries keep most of it. */
const SCRUBBED_AT_ONCE = 2;

/**
 * Month by month: first copies, then the originals are hidden; when all are hidden, the data are written anew without them. The engine hides one
 * month while the next is copied.
 */
async function eraseMonth({ warehouse }: EventHolderDeps, subjects: ErasedSubjects, place: MonthPlace): Promise<EraseStep> {
  switch (place.phase) {
    case "copy":
      return copyPart(warehouse, subjects, place);
    case "hide":
      await hideEvents(warehouse, subjects.workspaceId, monthAt(place), subjects.originIds);
      return goOn(nextMonth(place, "copy") ?? { ...place, phase: "hidden" });
    case "hidden":
      return (await countChanges(warehouse)) > 0 ? later(place) : goOn({ ...place, phase: "scrub", at: 0 });
    case "scrub":
      if ((await countChanges(warehouse)) >= SCRUBBED_AT_ONCE) return later(place);
      await scrubMonth(warehouse, monthAt(place));
      return goOn(nextMonth(place, "scrub") ?? { ...place, phase: "scrubbed" });
    case "scrubbed":
      return (await countChanges(warehouse)) > 0 ? later(place) : goOn({ phase: "owners" });
  }
}

/** Whose the ids were is forgotten last. Called once more when it is done: what came in since was refused. */
async function forget(
  { warehouse, areTraitsPending, areTagsPending }: EventHolderDeps,
  tx: Tx,
  { workspaceId, originIds, people }: ErasedSubjects,
  phase: "owners" | "forgetting" | "done",
): Promise<EraseStep> {
  if (phase === "owners") {
    const personIds = people.map(({ personId }) => personId);
    // The newest traits must be there before older ones are taken out by what they are: older.
    if (await areTraitsPending(tx, workspaceId, personIds)) return later({ phase });
    if (await areTagsPending(tx, workspaceId, originIds)) return later({ phase });
    await forgetOwners(warehouse, workspaceId, originIds);
    await forgetTags(warehouse, workspaceId, originIds);
    await forgetFormerTraits(warehouse, workspaceId, personIds);
    return later({ phase: "forgetting" });
  }
  if (phase === "forgetting" && (await countChanges(warehouse)) > 0) return later({ phase });
  return { cursor: { phase: "done" }, done: true, removed: {} };
}

type MonthPlace = Extract<Place, { readonly months: readonly string[] }>;

/** Writes anonymous copies of the next events of a month. Copies that a broken-off step wrote are found by their derived ids. */
async function copyPart(warehouse: Warehouse, subjects: ErasedSubjects, place: MonthPlace): Promise<EraseStep> {
  const { workspaceId } = subjects;
  const month = monthAt(place);
  const part = await nextPart(warehouse, subjects, place);
  const copies = anonymous(subjects, part.rows);
  const origins = [...new Set(copies.map(({ originId }) => originId))];
  const present = copies.length === 0 ? new Set<string>() : await readEventIds(warehouse, workspaceId, month, origins);
  const absent = copies.filter(({ eventId }) => !present.has(eventId));
  const token = `erase.${subjects.erasureId}.${month}.${place.fromMs}.${absent.length}`;
  if (absent.length > 0)
    await insertRows(
      warehouse,
      "events",
      absent.map(({ row }) => row),
      token,
    );
  const removed = { events: part.rows.length };
  if (part.nextMs !== undefined) return { ...goOn({ ...place, fromMs: part.nextMs }), removed };
  return { ...goOn({ ...place, phase: "hide" }), removed };
}

/** The next events, up to the end of a quarter of an hour, so that ranks within one do not depend on where a part ends. */
async function nextPart(
  warehouse: Warehouse,
  { workspaceId, originIds }: ErasedSubjects,
  place: MonthPlace,
): Promise<{ readonly rows: readonly EventToErase[]; readonly nextMs: number | undefined }> {
  const base = { originIds, month: monthAt(place), fromMs: place.fromMs };
  const rows = await readToErase(warehouse, workspaceId, { ...base, untilMs: END_MS, limit: EVENTS_PER_STEP + 1 });
  const last = rows[EVENTS_PER_STEP];
  if (last === undefined) return { rows, nextMs: undefined };
  const quarter = quarterOf(Number(last.time_ms));
  const whole = rows.filter(({ time_ms: time }) => Number(time) < quarter);
  if (whole.length > 0) return { rows: whole, nextMs: quarter };
  const untilMs = quarter + ANONYMOUS_TIME_MS;
  return { rows: await readToErase(warehouse, workspaceId, { ...base, untilMs, limit: 4_000_000_000 }), nextMs: untilMs };
}

type Copy = { readonly originId: string; readonly eventId: string; readonly row: string };

/** What stays of events, in the order given. */
function anonymous(subjects: ErasedSubjects, rows: readonly EventToErase[]): readonly Copy[] {
  const personOf = new Map(
    subjects.people.flatMap(({ personId, originIds }) => originIds.map((originId) => [originId, personId] as const)),
  );
  const byPerson = Map.groupBy(rows, ({ origin }) => personOf.get(origin) ?? origin);
  return [...byPerson].flatMap(([personId, own]) => {
    const originId = numberOf(derived(subjects, `person ${personId}`));
    const times = coarsenTimes(own.map(({ time_ms: time }) => Number(time)));
    return own.map((row, index) =>
      copyOf(row, {
        workspaceId: subjects.workspaceId,
        originId,
        eventId: `x-${derived(subjects, `event ${row.event_id}`).slice(0, 32)}`,
        timeMs: times[index] ?? 0,
      }),
    );
  });
}

function copyOf(
  row: EventToErase,
  as: { readonly workspaceId: number; readonly originId: string; readonly eventId: string; readonly timeMs: number },
): Copy {
  const context = Object.fromEntries(KEPT_COLUMNS.map((column) => [column, row[column]]));
  return {
    originId: as.originId,
    eventId: as.eventId,
    row: JSON.stringify({
      workspace_id: as.workspaceId,
      origin_id: as.originId,
      name: row.name,
      time: timeText(as.timeMs),
      received_at: timeText(quarterOf(Number(row.received_ms))),
      event_id: as.eventId,
      source: row.source,
      properties: anonymiseProperties(storedProperties(row)),
      ...context,
    }),
  };
}

function derived(subjects: ErasedSubjects, text: string): string {
  return createHmac("sha256", subjects.secret).update(text).digest("hex");
}

/** 63 bits of a digest as a number that is never 0. */
function numberOf(hex: string): string {
  const number = BigInt(`0x${hex.slice(0, 16)}`) & 0x7fff_ffff_ffff_ffffn;
  return number === 0n ? "1" : number.toString();
}

/** As the engine reads it: `2026-07-01 08:15:00.001`. */
function timeText(ms: number): string {
  return new Date(ms).toISOString().replace("T", " ").replace("Z", "");
}

function monthAt({ months, at }: MonthPlace): string {
  const month = months[at];
  if (month === undefined) throw new RangeError("the erasure is past its last month");
  return month;
}

function nextMonth(place: MonthPlace, phase: "copy" | "scrub"): Place | undefined {
  return place.at + 1 < place.months.length ? { ...place, phase, at: place.at + 1, fromMs: BEGINNING_MS } : undefined;
}

/** Asks again in a moment: the engine works. */
function later(place: Place): EraseStep {
  return { ...goOn(place), waitMs: POLL_MS };
}

function goOn(place: Place): EraseStep {
  return { cursor: place, done: false, removed: {} };
}

/** What `goOn` wrote; a cursor of nothing begins. */
function readPlace(cursor: Json): Place | undefined {
  return cursor === null ? undefined : placeSchema.parse(cursor);
}
