import type { Currency } from "@terrace/domain/insight/commerce/trade";
import { ch, type Warehouse } from "../../platform/storage/clickhouse.ts";
import { eventSelectorSql, type ConditionTools } from "../../platform/storage/condition-sql.ts";
import { PERSON_OF_EVENT } from "../../platform/storage/person-of-event.ts";
import { netMinorSql } from "../insight/module.ts";
import type { Program } from "./program.store.ts";

const DAY_MS = 86_400_000;

/** A bound person, from when on their conversion counts. */
export type LookedFor = { readonly inviteeId: string; readonly atMs: number };
export type Conversion = { readonly inviteeId: string; readonly convertedMs: number; readonly revenueMinor: number };

/** The first conversion of each of some people within the program's window after they were bound, and what the conversions in it brought in all. */
export async function findConversions(
  warehouse: Warehouse,
  program: Pick<Program, "conversion" | "settings">,
  people: readonly LookedFor[],
  { tools, money }: { readonly tools: ConditionTools; readonly money: Currency },
): Promise<readonly Conversion[]> {
  const windowMs = program.settings.convertWithinDays * DAY_MS;
  const times = people.map(({ atMs }) => atMs);
  const [from, to] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b)) + windowMs];
  const ids = ch`${ch.value("Array(UInt64)", `[${people.map(({ inviteeId }) => inviteeId).join(",")}]`)}`;
  const selects = eventSelectorSql(program.conversion, tools);
  const rows = await warehouse.rows<{ id: string; first: string; minor: string }>(
    tools.workspaceId,
    "referrals.conversions",
    ch`select toString(person) as id, toString(toUnixTimestamp64Milli(min(time))) as first, toString(sum(minor)) as minor from (
        select ${PERSON_OF_EVENT} as person, time, ${netMinorSql(selects, { mayRefund: false }, money)} as minor from events
        where workspace_id = ${ch.value("UInt32", tools.workspaceId)} and ${selects}
          and time >= fromUnixTimestamp64Milli(${ch.value("Int64", from)}) and time < fromUnixTimestamp64Milli(${ch.value("Int64", to)}))
      where person in ${ids}
        and toUnixTimestamp64Milli(time) - transform(person, ${ids}, ${ch.value("Array(Int64)", times)}, toInt64(0)) between 0 and ${ch.value("Int64", windowMs - 1)}
      group by person`,
  );
  return rows.map(({ id, first, minor }) => ({ inviteeId: id, convertedMs: Number(first), revenueMinor: Number(minor) }));
}
