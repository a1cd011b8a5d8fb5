import type { Currency } from "@terrace/domain/insight/commerce/trade";
import { partsByTime } from "@terrace/domain/referrals/parts-by-time";
import { ch, type Warehouse } from "../../platform/storage/clickhouse.ts";
import { eventSelectorSql, type ConditionTools } from "../../platform/storage/condition-sql.ts";
import { netMinorSql } from "../insight/module.ts";
import { convertWithinMs, type Program } from "./program.store.ts";

/** A bound person by one of their ids, from when on their conversion counts. */
export type LookedFor = { readonly inviteeId: string; readonly originId: string; readonly atMs: number };
export type Conversion = { readonly inviteeId: string; readonly convertedMs: number; readonly revenueMinor: number };
type Reading = { readonly tools: ConditionTools; readonly money: Currency };
type Counting = Pick<Program, "conversion" | "settings">;

/** The first conversion of each of some people within the program's window after they were bound, and what the conversions in it brought in all. */
export async function findConversions(
  warehouse: Warehouse,
  program: Counting,
  ids: readonly LookedFor[],
  reading: Reading,
): Promise<ReadonlyMap<string, Conversion>> {
  const found = new Map<string, Conversion>();
  for (const part of partsByTime(ids, convertWithinMs(program)))
    for (const one of await conversionsOf(warehouse, program, part, reading)) {
      const known = found.get(one.inviteeId);
      found.set(one.inviteeId, {
        inviteeId: one.inviteeId,
        convertedMs: Math.min(one.convertedMs, known?.convertedMs ?? Infinity),
        revenueMinor: one.revenueMinor + (known?.revenueMinor ?? 0),
      });
    }
  return found;
}

/** By each id: the event engine finds those by index, and whose they are is known here sooner than there. */
async function conversionsOf(
  warehouse: Warehouse,
  program: Counting,
  part: readonly LookedFor[],
  { tools, money }: Reading,
): Promise<readonly Conversion[]> {
  const windowMs = convertWithinMs(program);
  const times = part.map(({ atMs }) => atMs);
  const [from = 0, last = 0] = [times[0], times.at(-1)];
  const ids = ch`${ch.value("Array(UInt64)", `[${part.map(({ originId }) => originId).join(",")}]`)}`;
  const selects = eventSelectorSql(program.conversion, tools);
  const rows = await warehouse.rows<{ id: string; first: string; minor: string }>(
    tools.workspaceId,
    "referrals.conversions",
    ch`select toString(id) as id, toString(toUnixTimestamp64Milli(min(time))) as first, toString(sum(minor)) as minor from (
        select origin_id as id, time, ${netMinorSql(selects, { mayRefund: false }, money)} as minor from events
        where workspace_id = ${ch.value("UInt32", tools.workspaceId)} and origin_id in ${ids} and ${selects}
          and time >= fromUnixTimestamp64Milli(${ch.value("Int64", from)}) and time < fromUnixTimestamp64Milli(${ch.value("Int64", last + windowMs)}))
      where toUnixTimestamp64Milli(time) - transform(id, ${ids}, ${ch.value("Array(Int64)", times)}, toInt64(0)) between 0 and ${ch.value("Int64", windowMs - 1)}
      group by id`,
  );
  const owner = new Map(part.map(({ originId, inviteeId }) => [originId, inviteeId]));
  return rows.map(({ id, first, minor }) => ({ inviteeId: owner.get(id) ?? id, convertedMs: Number(first), revenueMinor: Number(minor) }));
}
