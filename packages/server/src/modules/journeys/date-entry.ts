import { dayOfTrait, nextDateEntry, type DateEntry } from "@terrace/domain/journeys/date-entry";
import type { JourneyZone } from "@terrace/domain/journeys/journey-definition";
import { ENTRY_DELAY_MAX_MS } from "@terrace/domain/journeys/enter-journey";
import { dayAt, isoDay, zoneClock } from "@terrace/domain/time/zoned-time";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import {
  clearEnded,
  isAnyCalendar,
  loadCalendars,
  loadDates,
  loadDueDates,
  loadSaid,
  loadSaidAfter,
  lockDates,
  noteFilled,
  saveDates,
  takeChanged,
  type Calendar,
  type Said,
} from "./date.store.ts";
import type { JourneyDeps } from "./journey-deps.ts";
import { letIn } from "./let-in.ts";
import { holdVersions } from "./running.store.ts";
import type { Running, RunningVersion } from "./running.ts";
import { zoneOf } from "./zone.views.ts";

const PEOPLE_AT_ONCE = 2_000;
const ENTRIES_AT_ONCE = 500;

/** A calendar with the version by which its people come in. */
type Dated = {
  readonly calendar: Calendar;
  readonly version: RunningVersion;
  readonly entry: DateEntry & { readonly trait: string; readonly zone: JourneyZone };
  readonly zone: string;
};

/** Looks up when people come into journeys by dates, and lets in those whose date has come; answers how much there was to do. One process does it at a time. */
export async function workDates(deps: JourneyDeps, running: Running): Promise<number> {
  if (!(await isAnyCalendar(deps.db))) return 0;
  return inTransaction(deps.db, async (tx) => {
    await holdVersions(tx);
    if (!(await lockDates(tx))) return 0;
    const all = await datedIn(deps, tx, running);
    let done = await clearEnded(tx, PEOPLE_AT_ONCE);
    for (const one of all) if (!one.calendar.filled) done += await fill(tx, one);
    done += await lookUpChanged(deps, tx, all);
    for (const one of all) if (one.version.journeyState === "live") done += await letDueIn(deps, tx, one);
    return done;
  });
}

async function datedIn(deps: JourneyDeps, tx: Tx, running: Running): Promise<readonly Dated[]> {
  const live = new Map((await running.inside(tx)).flatMap((version) => (version.isLive ? [[version.journeyId, version]] : [])));
  const found: Dated[] = [];
  for (const calendar of await loadCalendars(tx)) {
    const version = live.get(calendar.journeyId);
    const entry = version?.definition.entry;
    if (version === undefined || entry?.kind !== "date") continue;
    found.push({ calendar, version, entry, zone: (await deps.workspace(calendar.workspaceId))?.timeZone ?? "UTC" });
  }
  return found;
}

/** The next date of somebody after an instant; null: there is none. */
function nextOf(one: Dated, each: Said, afterMs: number): number | null {
  const day = dayOfTrait(each.said);
  return day === undefined ? null : (nextDateEntry(day, one.entry, zoneFor(one, each), afterMs) ?? null);
}

function zoneFor({ entry, zone }: Dated, { zone: own }: Said): string {
  return entry.zone === "person" ? zoneOf(own ?? undefined, zone) : zone;
}

/** Looks up the dates of some people who are not looked up yet. */
async function fill(tx: Tx, one: Dated): Promise<number> {
  const { calendar, entry } = one;
  const said = await loadSaidAfter(tx, calendar.workspaceId, { trait: entry.trait, after: calendar.filledTo, limit: PEOPLE_AT_ONCE });
  // Somebody who changed meanwhile was looked up already, and is again.
  await saveDates(
    tx,
    calendar,
    said.flatMap((each) => {
      const dueMs = nextOf(one, each, calendar.fromMs);
      return dueMs === null ? [] : [{ personId: each.personId, dueMs }];
    }),
  );
  const filledTo = said.at(-1)?.personId ?? calendar.filledTo;
  await noteFilled(tx, calendar, { filledTo, filled: said.length < PEOPLE_AT_ONCE });
  return 1;
}

/** Looks the dates of people up anew whose traits changed. */
async function lookUpChanged(deps: JourneyDeps, tx: Tx, all: readonly Dated[]): Promise<number> {
  const changed = await takeChanged(tx, PEOPLE_AT_ONCE);
  for (const [workspaceId, personIds] of changed)
    for (const one of all.filter(({ calendar }) => calendar.workspaceId === workspaceId)) {
      const before = await loadDates(tx, one.calendar, personIds);
      const said = new Map((await loadSaid(tx, workspaceId, one.entry.trait, personIds)).map((each) => [each.personId, each]));
      await saveDates(
        tx,
        one.calendar,
        personIds.map((personId) => {
          const each = said.get(personId);
          return { personId, dueMs: each === undefined ? null : nextOf(one, each, knownUntil(one, before.get(personId), deps.nowMs())) };
        }),
      );
    }
  return changed.size;
}

/** Up to when somebody's dates are done with: what is due and was not worked off yet stays due. */
function knownUntil({ calendar }: Dated, dueMs: number | undefined, nowMs: number): number {
  if (dueMs !== undefined && dueMs <= nowMs) return dueMs - 1;
  return calendar.filled ? Math.max(nowMs, calendar.fromMs) : calendar.fromMs;
}

/** Lets those in whose date has come, unless it is too long ago, and looks up when it comes again. */
async function letDueIn(deps: JourneyDeps, tx: Tx, one: Dated): Promise<number> {
  const { calendar, version, entry } = one;
  const nowMs = deps.nowMs();
  const due = await loadDueDates(tx, calendar, nowMs, ENTRIES_AT_ONCE);
  if (due.length === 0) return 0;
  const personIds = due.map(({ personId }) => personId);
  const said = new Map((await loadSaid(tx, calendar.workspaceId, entry.trait, personIds)).map((each) => [each.personId, each]));
  // Whose trait changed a moment ago comes in by what it says now.
  const meant = due.flatMap(({ personId, dueMs }) => {
    const each = said.get(personId);
    const isMeant = each !== undefined && nowMs - dueMs <= ENTRY_DELAY_MAX_MS && nextOf(one, each, dueMs - 1) === dueMs;
    return isMeant ? [{ personId, dueMs, each }] : [];
  });
  const named = meant.map(({ personId, dueMs, each }) => ({
    originId: personId,
    // The day names the occasion, so that nobody who moves to another zone has it twice.
    key: isoDay(dayAt(dueMs, zoneClock(zoneFor(one, each)))),
    properties: {},
    enteredMs: dueMs,
  }));
  await letIn(deps, tx, { ...version, keys: "once" }, named);
  await saveDates(
    tx,
    calendar,
    due.map(({ personId, dueMs }) => {
      const each = said.get(personId);
      return { personId, dueMs: each === undefined ? null : nextOf(one, each, Math.max(dueMs, nowMs - ENTRY_DELAY_MAX_MS)) };
    }),
  );
  return due.length;
}
