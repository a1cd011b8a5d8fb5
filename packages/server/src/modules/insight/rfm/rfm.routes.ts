import { getRfm, listRfmPeople } from "@terrace/contract/api/insight-rfm";
import {
  groupOf,
  readMoment,
  readRfm,
  RFM_GROUPS,
  scoreCounts,
  type RfmGroup,
  type RfmMoment,
  type RfmPlan,
} from "@terrace/domain/insight/rfm/rfm-plan";
import { queryFault } from "@terrace/domain/insight/query-fault";
import { valueOrThrow } from "../../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler, type RouteInput } from "../../../platform/http/handler.ts";
import type { ConditionTools } from "../../../platform/storage/condition-sql.ts";
import { minorDigits } from "../overview.ts";
import { peoplePage } from "../sequence/people-page.ts";
import { startAsking, type AnalysisDeps } from "../time/asking.ts";
import { rfmGrid, rfmMigration, rfmPeople, type RfmCell, type RfmPeopleCell } from "./rfm.views.ts";

type AskedBody = RouteInput<typeof getRfm>["body"] | RouteInput<typeof listRfmPeople>["body"];

/** Scoring people by what they bought, and naming the people of a cell. */
export function rfmRoutes(deps: AnalysisDeps): readonly RouteHandler[] {
  return [
    handle(getRfm, async ({ body }, context) => {
      const { signal } = context;
      const { plan, tools, at, before } = await read(deps, context, body);
      const grid = await rfmGrid(deps.warehouse, plan, tools, { at, signal });
      const counts = scoreCounts(plan.scoring);
      const migration =
        before === undefined ? undefined : await rfmMigration(deps.warehouse, plan, tools, { from: before, to: at, signal });
      return {
        currency: plan.currency,
        ...sum(grid),
        scores: counts,
        grid: [...grid],
        groups: RFM_GROUPS.map((group) => ({ group, ...sum(grid.filter((cell) => groupOf(cell, counts) === group)) })),
        ...(migration === undefined
          ? {}
          : {
              migration: migration.map(({ from, to, people }) => ({
                from: from ?? ("none" as const),
                to: to ?? ("none" as const),
                people,
              })),
            }),
      };
    }),
    handle(listRfmPeople, async ({ body, query }, context) => {
      const { plan, tools, at, before } = await read(deps, context, body);
      const cell = cellOf(body.cell, at, before);
      return peoplePage(deps, context, query, (page) => rfmPeople(deps.warehouse, plan, tools, { cell, ...page }));
    }),
  ];
}

async function read(
  deps: AnalysisDeps,
  context: RouteContext,
  body: AskedBody,
): Promise<{ readonly plan: RfmPlan; readonly tools: ConditionTools; readonly at: RfmMoment; readonly before: RfmMoment | undefined }> {
  const { tools, calendar } = await startAsking(deps, context, "monday");
  const currency = (await deps.workspace(context.workspaceId))?.currency ?? "CNY";
  const moment = (field: string, date: string): RfmMoment => valueOrThrow(readMoment(field, date, body.lookbackDays, calendar));
  return {
    plan: valueOrThrow(readRfm(body, { currency, digits: minorDigits(currency), zone: tools.zone })),
    tools,
    at: moment("at", body.at),
    before: body.compareTo === undefined ? undefined : moment("compareTo", body.compareTo),
  };
}

function cellOf(cell: RouteInput<typeof listRfmPeople>["body"]["cell"], at: RfmMoment, before: RfmMoment | undefined): RfmPeopleCell {
  if ("group" in cell) return { at, group: cell.group };
  if (!("from" in cell)) return { at, ...cell };
  if (before === undefined) return valueOrThrow(queryFault("compareTo", "Name the other date of the migration"));
  const group = (name: RfmGroup | "none"): RfmGroup | undefined => (name === "none" ? undefined : name);
  return { from: before, to: at, was: group(cell.from), is: group(cell.to) };
}

function sum(cells: readonly RfmCell[]): { people: number; orders: number; monetaryMinor: number } {
  const of = (key: "people" | "orders" | "monetaryMinor"): number => cells.reduce((all, cell) => all + cell[key], 0);
  return { people: of("people"), orders: of("orders"), monetaryMinor: of("monetaryMinor") };
}
