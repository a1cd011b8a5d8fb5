import type { EventSelector } from "@terrace/domain/conditions/condition";
import type { BoundAtom } from "@terrace/domain/insight/metrics/metric";
import type { MetricLine } from "@terrace/domain/insight/metrics/evaluate-expression";
import type { Intervals } from "@terrace/domain/insight/time/intervals";
import type { Period } from "@terrace/domain/insight/time/calendar";
import { ch, type ChStatement } from "../../../../platform/storage/clickhouse.ts";
import { netMinorSql } from "../../commerce/net-amount-sql.ts";
import { minorDigits } from "../../overview.ts";
import { inPeriod, perPerson, readRows } from "../../time/asking.ts";
import { addingLine, anyOfSql, rowsSql, workspaceOf, spanOf, stepSql, type AtomGround } from "./atom-ground.ts";

type AmountAtom = Extract<BoundAtom, { readonly kind: "amount" }>;
type Sides = { readonly orders: readonly EventSelector[] | null; readonly refunds: readonly EventSelector[] | null };

/** What orders brought less what refunds took, in minor units. */
export async function amounts(ground: AtomGround, atom: AmountAtom, intervals: Intervals): Promise<MetricLine> {
  const { net, counts } = netSql(ground, atom);
  const rows = await readRows<{ step: number; minor: string }>(
    ground.asking,
    "insight.metric_amount",
    ch`select ${stepSql(intervals)} as step, toString(sum(${net})) as minor
    from events where workspace_id = ${workspaceOf(ground)} and ${rowsSql(ground)} and ${inPeriod(spanOf(intervals))} and ${counts} group by step order by step limit 10000`,
  );
  return addingLine(intervals, new Map(rows.map(({ step, minor }) => [step - 1, Number(minor)])));
}

/** People whose money it is. */
export function amountPeople(ground: AtomGround, atom: AmountAtom, period: Period): ChStatement {
  const perOrigin = ch`select origin_id from events
    where workspace_id = ${workspaceOf(ground)} and ${rowsSql(ground)} and origin_id != 0 and ${inPeriod(period)} and ${netSql(ground, atom).counts} group by origin_id`;
  return perPerson(ground.asking.workspaceId, perOrigin, ch`1 as found`);
}

/** The money of a row: positive for orders, negative for refunds, 0 in another currency; and the condition that a row is one of them. */
export function netSql(ground: AtomGround, { orders, refunds }: Sides): { readonly net: ChStatement; readonly counts: ChStatement } {
  const { currency } = ground.asking;
  const money = { currency, digits: minorDigits(currency) };
  const isOrder = anyOfSql(ground, orders ?? []);
  const isRefund = anyOfSql(ground, refunds ?? []);
  return {
    net: netMinorSql(isOrder, { mayRefund: refunds !== null && refunds.length > 0 }, money),
    counts: ch`(${isOrder} or ${isRefund})`,
  };
}
