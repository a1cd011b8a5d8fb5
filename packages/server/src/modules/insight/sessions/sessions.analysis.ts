import { getSessions, listSessionPeople, type sessionsQuerySchema } from "@terrace/contract/api/insight-sessions";
import { NO_SESSIONS, shapeSessions } from "@terrace/domain/insight/sessions/sessions-plan";
import { intervalLabels, intervalsOf } from "@terrace/domain/insight/time/intervals";
import { isoInstant } from "@terrace/domain/time/zoned-time";
import type { z } from "zod";
import { valueOrThrow } from "../../../platform/http/fault-error.ts";
import { analysis } from "../analysis.ts";
import { periodOf, type Asking } from "../time/asking.ts";
import { sessionFigures, sessionPeople, wholeSessionFigures, type SessionsPlan } from "./sessions.views.ts";

/** Sessions and their time, and the people that had them. */
export const sessions = analysis({
  kind: "sessions",
  route: getSessions,
  groups: { events: (body) => body.events ?? [], narrows: "all" },
  answer: async (asking, body) => {
    const plan = planOf(asking, body);
    const intervals = body.interval === undefined ? undefined : valueOrThrow(intervalsOf(plan, body.interval, asking.calendar, "cut"));
    const span = { from: isoInstant(plan.fromMs), to: isoInstant(plan.toMs) };
    if (intervals === undefined) return { ...span, ...shapeSessions((await wholeSessionFigures(asking, plan)) ?? NO_SESSIONS) };
    const rows = await sessionFigures(asking, plan, intervals.bounds.slice(0, -1));
    const byStart = new Map(rows.filter((row) => row.all === 0).map((row) => [row.startMs, row]));
    return {
      ...span,
      ...shapeSessions(rows.find((row) => row.all === 1) ?? NO_SESSIONS),
      intervals: intervalLabels(intervals, asking.calendar, asking.nowMs).map((label) => ({
        ...label,
        ...shapeSessions(byStart.get(Date.parse(label.from)) ?? NO_SESSIONS),
      })),
    };
  },
  people: {
    route: listSessionPeople,
    behind: async (asking, body) => {
      const plan = planOf(asking, body);
      const { bounced, fromSeconds = 0, toSeconds, begunFrom, begunTo } = body.cell;
      return sessionPeople(plan, asking.tools, {
        bounced,
        fromMs: Math.round(fromSeconds * 1_000),
        // No session is longer than the period.
        toMs: toSeconds === undefined ? plan.toMs - plan.fromMs + 1 : Math.round(toSeconds * 1_000),
        begunFromMs: begunFrom === undefined ? plan.fromMs : Date.parse(begunFrom),
        begunToMs: begunTo === undefined ? plan.toMs : Date.parse(begunTo),
      });
    },
  },
});

function planOf(asking: Asking, body: z.output<typeof sessionsQuerySchema>): SessionsPlan {
  return { ...periodOf(asking, body.period), gapMs: body.sessionGapSeconds * 1_000, events: body.events };
}
