import { fieldView, NO_FIELD_RULES } from "@terrace/domain/access/field-view";
import { suggestBusinessEvents } from "@terrace/domain/insight/metrics/business-events";
import { ch, type ChStatement, type Warehouse } from "../../../platform/storage/clickhouse.ts";
import type { ConditionTools } from "../../../platform/storage/condition-sql.ts";
import type { Db } from "../../../platform/storage/postgres.ts";
import { readRows, type Asking } from "./asking.ts";

/** A workspace without own metrics, where nobody has decided which events count as what. */
export function noOwnMetrics(): ReturnType<Asking["metricGround"]> {
  return Promise.resolve({ own: new Map(), business: suggestBusinessEvents(new Set()) });
}

/** A question of a test, by someone who sees everything. */
export function askingWith(engines: { readonly warehouse: Warehouse; readonly db: Db }, tools: ConditionTools): Asking {
  return {
    ...engines,
    workspaceId: tools.workspaceId,
    queryId: "test",
    tools: { ...tools, scope: ch`1`, people: ch`1`, startScope: ch`1` },
    calendar: { zone: tools.zone, weekStart: "monday" },
    currency: "CNY",
    nowMs: tools.nowMs,
    fields: fieldView(NO_FIELD_RULES, true),
    signal: new AbortController().signal,
    noteCost: () => undefined,
    metricGround: noOwnMetrics,
  };
}

/** The ids of the people that a statement answers, in order. */
export async function idsOf(asking: Asking, people: ChStatement): Promise<readonly string[]> {
  const rows = await readRows<{ id: string }>(
    asking,
    "test.people",
    ch`select toString(person) as id from (${people}) group by person order by person limit 10000 /* workspace_id is named inside */`,
  );
  return rows.map(({ id }) => id);
}
