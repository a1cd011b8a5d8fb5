import { getSessions, listSessionPeople } from "@terrace/contract/api/insight-sessions";
import { NO_SESSIONS, shapeSessions } from "@terrace/domain/insight/sessions/sessions-plan";
import { intervalLabels, intervalsOf } from "@terrace/domain/insight/time/intervals";
import { isoInstant } from "@terrace/domain/time/zoned-time";
import { valueOrThrow } from "../../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../../platform/http/handler.ts";
import { peoplePage } from "../sequence/people-page.ts";
import { queryGround } from "../sequence/query-ground.ts";
import type { AnalysisDeps } from "../time/asking.ts";
import { sessionFigures, sessionPeople } from "./sessions.views.ts";

/** Counting sessions and their time, and naming the people that had them. */
export function sessionRoutes(deps: AnalysisDeps): readonly RouteHandler[] {
  return [
    handle(getSessions, async ({ body }, context) => {
      const { signal } = context;
      const { period, calendar, tools, nowMs } = await queryGround(deps, context, body);
      const intervals = body.interval === undefined ? undefined : valueOrThrow(intervalsOf(period, body.interval, calendar, "cut"));
      const rows = await sessionFigures(deps.warehouse, { ...period, gapMs: body.sessionGapSeconds * 1_000, events: body.events }, tools, {
        startsMs: intervals?.bounds.slice(0, -1) ?? [period.fromMs],
        signal,
      });
      const all = rows.find((row) => row.all === 1);
      const byStart = new Map(rows.filter((row) => row.all === 0).map((row) => [row.startMs, row]));
      return {
        from: isoInstant(period.fromMs),
        to: isoInstant(period.toMs),
        ...shapeSessions(all ?? NO_SESSIONS),
        ...(intervals === undefined
          ? {}
          : {
              intervals: intervalLabels(intervals, calendar, nowMs).map((label) => ({
                ...label,
                ...shapeSessions(byStart.get(Date.parse(label.from)) ?? NO_SESSIONS),
              })),
            }),
      };
    }),
    handle(listSessionPeople, async ({ body, query }, context) => {
      const { period, tools } = await queryGround(deps, context, body);
      const plan = { ...period, gapMs: body.sessionGapSeconds * 1_000, events: body.events };
      const { bounced, fromSeconds = 0, toSeconds, begunFrom, begunTo } = body.cell;
      const cell = {
        bounced,
        fromMs: Math.round(fromSeconds * 1_000),
        // No session is longer than the period.
        toMs: toSeconds === undefined ? period.toMs - period.fromMs + 1 : Math.round(toSeconds * 1_000),
        begunFromMs: begunFrom === undefined ? period.fromMs : Date.parse(begunFrom),
        begunToMs: begunTo === undefined ? period.toMs : Date.parse(begunTo),
      };
      return peoplePage(deps, context, query, (page) => sessionPeople(deps.warehouse, plan, tools, { cell, ...page }));
    }),
  ];
}
