import { getRfm, listRfmPeople } from "@terrace/contract/api/insight-rfm";
import {
  groupOf,
  readMoment,
  readRfm,
  RFM_GROUPS,
  RFM_GROUP_NAMES,
  scoreCounts,
  type RfmGroup,
  type RfmMoment,
  type RfmPlan,
} from "@terrace/domain/insight/rfm/rfm-plan";
import { queryFault } from "@terrace/domain/insight/query-fault";
import type { z } from "zod";
import { valueOrThrow } from "../../../platform/http/fault-error.ts";
import { currencyOf, tradeOf } from "../commerce/ground.ts";
import { analysis } from "../analysis.ts";
import type { Asking } from "../time/asking.ts";
import { rfmGrid, rfmMigration, rfmPeople, type RfmCell, type RfmPeopleCell } from "./rfm.views.ts";

type Body = z.output<typeof getRfm.body>;
type Cell = z.output<typeof listRfmPeople.body>["cell"];

/** People scored by what they bought, and the people of a cell. */
export const rfm = analysis({
  kind: "rfm",
  route: getRfm,
  groups: { events: async (body, asking) => (await tradeOf(asking, body)).orders, narrows: "all" },
  answer: async (asking, body) => {
    const { plan, at, before } = await read(asking, body);
    const grid = await rfmGrid(asking, plan, at);
    const counts = scoreCounts(plan.scoring);
    const migration = before === undefined ? undefined : await rfmMigration(asking, plan, { from: before, to: at });
    return {
      currency: plan.currency,
      basis: { orders: [...plan.orders], refunds: [...plan.refunds] },
      ...sum(grid),
      scores: counts,
      grid: [...grid],
      groups: RFM_GROUPS.map((group) => ({
        group,
        name: RFM_GROUP_NAMES[group],
        ...sum(grid.filter((cell) => groupOf(cell, counts) === group)),
      })),
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
  },
  people: {
    route: listRfmPeople,
    behind: async (asking, body) => {
      const { plan, at, before } = await read(asking, body);
      return rfmPeople(plan, asking.tools, cellOf(body.cell, at, before));
    },
  },
});

type Read = { readonly plan: RfmPlan; readonly at: RfmMoment; readonly before: RfmMoment | undefined };

async function read(asking: Asking, body: Body): Promise<Read> {
  const { calendar } = asking;
  const moment = (field: string, date: string): RfmMoment => valueOrThrow(readMoment(field, date, body.lookbackDays, calendar));
  return {
    plan: valueOrThrow(readRfm({ ...body, ...(await tradeOf(asking, body)) }, { ...currencyOf(asking), zone: calendar.zone })),
    at: moment("at", body.at),
    before: body.compareTo === undefined ? undefined : moment("compareTo", body.compareTo),
  };
}

function cellOf(cell: Cell, at: RfmMoment, before: RfmMoment | undefined): RfmPeopleCell {
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
