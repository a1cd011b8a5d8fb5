import * as api from "@terrace/contract/api/governor";
import type { FieldView } from "@terrace/domain/access/field-view";
import { dayStart } from "@terrace/domain/insight/time/calendar";
import { dayOfIso } from "@terrace/domain/time/zoned-time";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../platform/http/handler.ts";
import { countDecisions, countLoad, loadDecisions, type DecisionRow, type Span } from "./decision.store.ts";
import type { GovernedDeps } from "./governed-deps.ts";

/** People with so many messages or more are told together. */
const HISTOGRAM_MAX = 20;

/** What was decided about messages, and how many people got. */
export function decisionRoutes(deps: GovernedDeps): readonly RouteHandler[] {
  return [
    handle(api.reportGovernorDecisions, async ({ query }, { workspaceId }) => {
      const zone = await zoneOf(deps, workspaceId);
      return { zone, rows: [...(await countDecisions(deps.db, workspaceId, { ...spanOf(query, zone), zone }))] };
    }),
    handle(api.listGovernorDecisions, async ({ query }, { workspaceId, fields }) => {
      const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, ["number", "id"]);
      const rows = await loadDecisions(deps.db, workspaceId, {
        ...spanOf(query, await zoneOf(deps, workspaceId)),
        what: query.what,
        reason: query.reason,
        rule: query.rule,
        before: after === undefined ? undefined : { at: new Date(Number(after[0])), id: String(after[1]) },
        limit: query.limit + 1,
      });
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      return {
        items: await present(deps, workspaceId, page, fields),
        ...(rows.length > page.length && last !== undefined ? { nextCursor: encodeCursor([last.at.getTime(), last.id]) } : {}),
      };
    }),
    handle(api.reportGovernorLoad, ({ query }, { workspaceId }) => load(deps, workspaceId, query)),
  ];
}

async function zoneOf({ workspace }: GovernedDeps, workspaceId: number): Promise<string> {
  return (await workspace(workspaceId))?.timeZone ?? "UTC";
}

type Days = { readonly from: string; readonly to: string };

/** The instants of some days of a zone. */
function spanOf({ from, to }: Days, zone: string): Span {
  const [first, end] = [dayOfIso(from), dayOfIso(to)];
  if (first === undefined || end === undefined || end <= first || end - first > api.DECISION_DAYS_MAX)
    throw faultError("governor.days_out_of_range", {
      field: first === undefined ? "from" : "to",
      mend: `Choose a day after the first, at most ${api.DECISION_DAYS_MAX} days later`,
      details: { days: api.DECISION_DAYS_MAX },
    });
  const calendar = { zone, weekStart: "monday" } as const;
  return { from: new Date(dayStart(first, calendar)), to: new Date(dayStart(end, calendar)) };
}

async function present(
  deps: GovernedDeps,
  workspaceId: number,
  rows: readonly DecisionRow[],
  view: FieldView,
): Promise<api.GovernorDecision[]> {
  const names = await deps.people.displayNames(
    workspaceId,
    rows.map(({ originId }) => originId),
    view,
  );
  return rows.map(({ id, at, messageId, originId, channel, template, what, reason, rule, details }) => {
    const owner = names.get(originId);
    return {
      id,
      at: at.toISOString(),
      message: messageId,
      person: owner === undefined ? null : { id: owner.personId, displayName: owner.displayName },
      channel,
      template,
      what,
      reason,
      rule,
      details: { ...details },
    };
  });
}

async function load(deps: GovernedDeps, workspaceId: number, days: Days) {
  const rows = await countLoad(deps.db, workspaceId, spanOf(days, await zoneOf(deps, workspaceId)));
  const few = rows.filter(({ messages }) => messages < HISTOGRAM_MAX);
  const many = rows.filter(({ messages }) => messages >= HISTOGRAM_MAX);
  const sum = (counted: typeof rows): number => counted.reduce((total, { people }) => total + people, 0);
  return {
    people: sum(rows),
    messages: rows.reduce((total, { messages, people }) => total + messages * people, 0),
    histogram: [...few.map((row) => ({ ...row })), ...(many.length === 0 ? [] : [{ messages: HISTOGRAM_MAX, people: sum(many) }])],
  };
}
