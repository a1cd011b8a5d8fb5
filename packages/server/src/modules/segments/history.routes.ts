import * as api from "@terrace/contract/api/segment-history";
import { SIZES_MAX, STAY_WHYS } from "@terrace/contract/api/segment-history";
import { addUnits, dayOf, dayStart, firstDayOf, type Calendar } from "@terrace/domain/insight/time/calendar";
import { dayOfIso, isoDay, zoneClock } from "@terrace/domain/time/zoned-time";
import type { z } from "zod";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import type { SegmentDeps } from "./segment-deps.ts";
import { segmentOrThrow } from "./segment-of-id.ts";
import {
  countChanges,
  loadPeopleAt,
  loadStaysOf,
  loadStaysOfPerson,
  type ChangeCount,
  type PersonAt,
  type StaysOf,
  type StayView,
} from "./stay.views.ts";

type SizesQuery = z.output<typeof api.getSegmentSizes.query>;
type Why = (typeof STAY_WHYS)[number];
/** Intervals told when no date is given. */
const LAST = { day: 30, week: 26, month: 24 } as const;

/** Who was in a segment when, and why. */
export function historyRoutes(deps: SegmentDeps): readonly RouteHandler[] {
  return [...ofSegment(deps), ...ofPeople(deps)];
}

function ofSegment(deps: SegmentDeps): readonly RouteHandler[] {
  const { db } = deps;
  return [
    handle(api.getSegmentSizes, async ({ params, query }, { workspaceId }) => {
      const of = await staysOf(deps, workspaceId, params.segment);
      return sizes(deps, of, query);
    }),
    handle(api.listSegmentHistory, async ({ params, query }, context) => {
      const of = await staysOf(deps, context.workspaceId, params.segment);
      const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor, ["number", "id"]);
      const rows = await loadStaysOf(db, of, {
        what: query.what,
        from: instantOf(query.from),
        to: instantOf(query.to),
        why: query.why,
        after: cursor === undefined ? undefined : { at: new Date(Number(cursor[0])), id: String(cursor[1]) },
        limit: query.limit + 1,
      });
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      const names = await namesOf(
        deps,
        context,
        page.map(({ personId }) => personId),
      );
      return {
        items: page.map((stay) => ({ person: names(stay.personId), ...stayOf(stay) })),
        ...(rows.length > page.length && last !== undefined ? { nextCursor: encodeCursor([changedAt(last, query.what), last.id]) } : {}),
      };
    }),
  ];
}

function ofPeople(deps: SegmentDeps): readonly RouteHandler[] {
  const { db } = deps;
  return [
    handle(api.listSegmentPeople, async ({ params, query }, context) => {
      const of = await staysOf(deps, context.workspaceId, params.segment);
      const before = query.cursor === undefined ? undefined : peoplePlace(query.cursor);
      const at = instantOf(query.at) ?? before?.at ?? new Date(deps.nowMs());
      const found = await loadPeopleAt(db, of, { at, after: before?.after, limit: query.limit + 1 });
      const page = found.slice(0, query.limit);
      const last = page.at(-1);
      const ids = page.map(({ personId }) => personId);
      const names = await namesOf(deps, context, ids);
      // Counted for the first page, and taken along.
      const total = before?.total ?? (await sizeAt(deps, of, at));
      return {
        items: ids.map(names),
        total,
        ...(found.length > page.length && last !== undefined
          ? { nextCursor: encodeCursor([last.enteredAt.getTime(), last.id, at.getTime(), total]) }
          : {}),
      };
    }),
    handle(api.listPersonSegmentHistory, async ({ params, query }, { workspaceId }) => {
      const { originIds } = await deps.personOf(workspaceId, params.person);
      const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor, ["number", "id", "id"]);
      const after =
        cursor === undefined ? undefined : { at: new Date(Number(cursor[0])), segmentId: String(cursor[1]), id: String(cursor[2]) };
      const rows = await loadStaysOfPerson(db, workspaceId, originIds, { after, limit: query.limit + 1 });
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      return {
        items: page.map((stay) => ({ segment: { id: stay.segmentId, name: stay.name, kind: stay.kind }, ...stayOf(stay) })),
        ...(rows.length > page.length && last !== undefined
          ? { nextCursor: encodeCursor([(last.leftAt ?? last.enteredAt).getTime(), last.segmentId, last.id]) }
          : {}),
      };
    }),
  ];
}

const INSTANT_MAX_MS = 8.64e15;

/** Where a page of people at an instant ended, with the instant and their number. */
function peoplePlace(cursor: string): { readonly after: Omit<PersonAt, "personId">; readonly at: Date; readonly total: number } {
  const [enteredMs, id, atMs, total] = decodeCursor(cursor, ["number", "id", "number", "number"]);
  if ([enteredMs, atMs].every((ms) => Math.abs(Number(ms)) <= INSTANT_MAX_MS) && Number.isSafeInteger(total))
    return { after: { id: String(id), enteredAt: new Date(Number(enteredMs)) }, at: new Date(Number(atMs)), total: Number(total) };
  throw faultError("request.invalid", { field: "cursor", mend: "Use the nextCursor of the page before, unchanged" });
}

async function staysOf({ db }: SegmentDeps, workspaceId: number, segmentId: string): Promise<StaysOf> {
  const { id } = await segmentOrThrow(db, workspaceId, segmentId);
  return { workspaceId, id };
}

/** How many were in at an instant. */
async function sizeAt(deps: SegmentDeps, of: StaysOf, at: Date): Promise<number> {
  // Who leaves at an instant is not in at it, who comes is.
  const { size, changes } = await countChanges(deps.db, of, [new Date(at.getTime() + 1)]);
  return changes.reduce((sum, { way, people }) => sum + (way === "entered" ? -people : people), size);
}

async function sizes(deps: SegmentDeps, of: StaysOf, query: SizesQuery): Promise<z.output<typeof api.getSegmentSizes.response>> {
  const zone = await deps.timeZone(of.workspaceId);
  const days = intervalsOf(query, { zone, weekStart: "monday" }, deps.nowMs());
  const bounds = days.map((day) => new Date(dayStart(day, { zone, weekStart: "monday" })));
  const { size, changes } = await countChanges(deps.db, of, bounds);
  let after = size;
  const intervals = bounds.slice(1).map((_, index) => changes.filter(({ interval }) => interval === index + 1));
  for (const { way, people } of changes.filter(({ interval }) => interval >= bounds.length)) after += way === "entered" ? -people : people;
  const told = intervals.toReversed().map((own, back) => {
    const index = intervals.length - 1 - back;
    const [entered, left] = [sumOf(own, "entered"), sumOf(own, "left")];
    const sizeThen = after;
    after += left - entered;
    return {
      from: isoDay(days[index] ?? 0),
      to: isoDay(days[index + 1] ?? 0),
      fromAt: (bounds[index] ?? new Date(0)).toISOString(),
      toAt: (bounds[index + 1] ?? new Date(0)).toISOString(),
      size: sizeThen,
      entered,
      left,
      enteredBy: byWhy(own, "entered"),
      leftBy: byWhy(own, "left"),
    };
  });
  return { zone, interval: query.interval, intervals: told.toReversed() };
}

function sumOf(changes: readonly ChangeCount[], way: ChangeCount["way"]): number {
  return changes.filter((change) => change.way === way).reduce((sum, { people }) => sum + people, 0);
}

function byWhy(changes: readonly ChangeCount[], asked: ChangeCount["way"]): Partial<Record<Why, number>> {
  return Object.fromEntries(changes.flatMap(({ way, why, people }) => (way === asked ? [[whyOf(why), people]] : [])));
}

/** Reasons are written by this module alone. */
function whyOf(why: string): Why {
  const known = STAY_WHYS.find((each) => each === why);
  if (known === undefined) throw new Error(`a stay with an unknown reason: ${why}`);
  return known;
}

/** The first days of the intervals, and the day after the last. Throws `insight.period_invalid`. */
export function intervalsOf({ from, to, interval }: SizesQuery, calendar: Calendar, nowMs: number): readonly number[] {
  const today = dayOf(nowMs, zoneClock(calendar.zone));
  const end = dateOr(to, "to") ?? today + 1;
  const begin = dateOr(from, "from") ?? addUnits(firstDayOf(end - 1, interval, calendar.weekStart), interval, 1 - LAST[interval]);
  if (begin >= end) throw faultError("insight.period_invalid", { field: "to", mend: "Give a later date; it is not included" });
  const days = [firstDayOf(begin, interval, calendar.weekStart)];
  for (let day = days[0] ?? begin; day < end && days.length <= SIZES_MAX + 1; days.push(day)) day = addUnits(day, interval, 1);
  if (days.length > SIZES_MAX + 1)
    throw faultError("insight.period_invalid", { field: "from", mend: `Ask for at most ${SIZES_MAX} intervals, or for longer ones` });
  return days;
}

function dateOr(text: string | undefined, field: string): number | undefined {
  if (text === undefined) return undefined;
  const day = dayOfIso(text);
  if (day === undefined) throw faultError("insight.period_invalid", { field, mend: "Give a date of the calendar, YYYY-MM-DD" });
  return day;
}

function instantOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}

function stayOf({ enteredAt, enteredWhy, leftAt, leftWhy }: Omit<StayView, "id" | "personId">) {
  return {
    enteredAt: enteredAt.toISOString(),
    enteredWhy: whyOf(enteredWhy),
    leftAt: leftAt?.toISOString() ?? null,
    leftWhy: leftWhy === null ? null : whyOf(leftWhy),
  };
}

function changedAt({ enteredAt, leftAt }: StayView, what: "entered" | "left"): number {
  return (what === "left" ? (leftAt ?? enteredAt) : enteredAt).getTime();
}

/** What people are called, as the caller sees it. */
async function namesOf(deps: SegmentDeps, { workspaceId, fields }: RouteContext, ids: readonly string[]) {
  const names = ids.length === 0 ? undefined : await deps.displayNames(workspaceId, ids, fields);
  return (personId: string) => ({ personId, displayName: names?.get(personId)?.displayName ?? "" });
}
