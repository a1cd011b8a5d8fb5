import * as api from "@terrace/contract/api/referral-tree";
import type { InviterView, ReferralFigures } from "@terrace/contract/api/referral-tree";
import { dayOf } from "@terrace/domain/insight/time/calendar";
import { shareOf, viralOf } from "@terrace/domain/referrals/viral";
import { dayOfIso, isoDay, startOfDay, zoneClock, type ZoneClock } from "@terrace/domain/time/zoned-time";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../platform/http/handler.ts";
import {
  countClicks,
  countCodes,
  countCohort,
  countGenerations,
  countInviters,
  loadInviters,
  spreadOfDays,
  type InviterCount,
  type PeriodMs,
} from "./figures.views.ts";
import { namesOf } from "./person-names.ts";
import { programOrThrow } from "./program-of-id.ts";
import type { Program } from "./program.store.ts";
import type { ReferralDeps } from "./referral-deps.ts";

const DAY_MS = 86_400_000;
const LAST_DAYS = 30;
const DAYS_MAX = 3_660;

/** What programs brought. */
export function figureRoutes(deps: ReferralDeps): readonly RouteHandler[] {
  const { db } = deps;
  return [
    handle(api.getFigures, async ({ params, query }, { workspaceId }) => {
      const program = await programOrThrow(deps, db, workspaceId, params.program);
      const { clock, zone, currency } = await placeOf(deps, workspaceId);
      const { from, to } = daysOf(query, clock, deps.nowMs());
      return {
        zone,
        currency,
        now: await figuresOf(deps, program, { from, to, clock }),
        before: await figuresOf(deps, program, { from: from - (to - from), to: from, clock }),
      };
    }),
    handle(api.listInviters, async ({ params, query }, context) => {
      const { workspaceId } = context;
      const { id } = await programOrThrow(deps, db, workspaceId, params.program);
      const { clock } = await placeOf(deps, workspaceId);
      const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor, ["number", "string"]);
      const rows = await loadInviters(db, workspaceId, id, {
        ...instantsOf(daysOf(query, clock, deps.nowMs()), clock),
        after: cursor === undefined ? undefined : { bound: Number(cursor[0]), inviterId: inviterIdOf(String(cursor[1])) },
        limit: query.limit + 1,
      });
      const page = rows.slice(0, query.limit);
      const names = await namesOf(
        deps,
        context,
        page.map(({ inviterId }) => inviterId),
      );
      const last = page.at(-1);
      return {
        items: page.map((row) => inviterView(row, names)),
        ...(rows.length > page.length && last !== undefined ? { nextCursor: encodeCursor([last.bound, last.inviterId]) } : {}),
      };
    }),
  ];
}

function inviterView({ inviterId, ...counts }: InviterCount, names: Awaited<ReturnType<typeof namesOf>>): InviterView {
  return { person: names(inviterId), ...counts };
}

function inviterIdOf(text: string): string {
  if (/^\d{1,18}$/.test(text) || /^[1-8]\d{18}$/.test(text)) return text;
  throw faultError("request.invalid", { field: "cursor", mend: "Use the nextCursor of the page before, unchanged" });
}

async function placeOf(deps: ReferralDeps, workspaceId: number) {
  const workspace = await deps.workspace(workspaceId);
  const zone = workspace?.timeZone ?? "UTC";
  return { zone, clock: zoneClock(zone), currency: workspace?.currency ?? "CNY" };
}

type Days = { readonly from: number; readonly to: number };

/** Local days, the second not included. Throws `insight.period_invalid`. */
function daysOf(query: { readonly from?: string | undefined; readonly to?: string | undefined }, clock: ZoneClock, nowMs: number): Days {
  const to = dayOr(query.to, "to") ?? dayOf(nowMs, clock) + 1;
  const from = dayOr(query.from, "from") ?? to - LAST_DAYS;
  if (from >= to) throw faultError("insight.period_invalid", { field: "to", mend: "Give a later date; it is not included" });
  if (to - from > DAYS_MAX) throw faultError("insight.period_invalid", { field: "from", mend: `Ask for at most ${DAYS_MAX} days` });
  return { from, to };
}

function dayOr(text: string | undefined, field: string): number | undefined {
  if (text === undefined) return undefined;
  const day = dayOfIso(text);
  if (day === undefined) throw faultError("insight.period_invalid", { field, mend: "Give a date of the calendar, YYYY-MM-DD" });
  return day;
}

function instantsOf({ from, to }: Days, clock: ZoneClock): PeriodMs {
  return { fromMs: startOfDay(from, clock), toMs: startOfDay(to, clock) };
}

async function figuresOf(deps: ReferralDeps, program: Program, days: Days & { readonly clock: ZoneClock }): Promise<ReferralFigures> {
  const { db, warehouse } = deps;
  const { workspaceId, id } = program;
  const period = instantsOf(days, days.clock);
  const windowMs = program.settings.convertWithinDays * DAY_MS;
  const [codes, clicks, inviters, generations, daysToConvert, cohort] = await Promise.all([
    countCodes(db, workspaceId, id, period),
    countClicks(warehouse, workspaceId, id, period),
    countInviters(db, workspaceId, id, period),
    countGenerations(db, workspaceId, id, period),
    spreadOfDays(db, workspaceId, id, period),
    countCohort(db, workspaceId, id, { ...period, windowMs }),
  ]);
  const sum = (of: "people" | "converted" | "revenueMinor"): number => generations.reduce((total, one) => total + one[of], 0);
  return {
    from: isoDay(days.from),
    to: isoDay(days.to),
    codes,
    clicks,
    inviters,
    bound: sum("people"),
    converted: sum("converted"),
    conversionRate: shareOf(sum("converted"), sum("people")),
    revenueMinor: sum("revenueMinor"),
    // Whom the last of them brings at the end of their window has the program's window again to convert.
    viral: { ...cohort, ...viralOf(cohort), complete: period.toMs + 2 * windowMs <= deps.nowMs() },
    daysToConvert,
    generations: generations.map((one) => ({ ...one, rate: shareOf(one.converted, one.people) })),
  };
}
