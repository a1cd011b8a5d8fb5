import type { Period } from "@terrace/domain/insight/time/calendar";
import type { Contribution } from "@terrace/domain/pyramids/pyramid";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { eventSelectorSql, type ConditionTools } from "../../../platform/storage/condition-sql.ts";
import { segmentPeopleSql } from "../../../platform/storage/conditions/segment-sql.ts";
import { personOfOrigin } from "../../../platform/storage/person-of-event.ts";
import type { ReadRows } from "../segment-deps.ts";
import { contributionSql, timeSql } from "./contribution.views.ts";

/** What the people of a layer did; `place` counts from 1, 0 are people in none. */
export type ShareRow = { readonly place: number; readonly parts: string; readonly events: number; readonly minor: string };

export type SharesAsked = {
  readonly segments: readonly string[];
  readonly contribution: Contribution | null;
  readonly period: Period;
  readonly turnover: { readonly isOrder: ChStatement; readonly minor: ChStatement };
};

/** What people of layers did in a time, together; by the layer in which they are now. */
export async function readShares(
  { tools, read }: { readonly tools: ConditionTools; readonly read: ReadRows },
  { segments, contribution, period, turnover }: SharesAsked,
): Promise<readonly ShareRow[]> {
  const workspace = ch`${ch.value("UInt32", tools.workspaceId)}`;
  const places = segments.map(
    (id, index) =>
      ch`select person, toUInt8(${ch.value("UInt8", index + 1)}) as place, toInt128(0) as parts, toUInt64(0) as events, toInt64(0) as minor from (${segmentPeopleSql(id, tools.workspaceId)})`,
  );
  const counted = eventSelectorSql({ event: null }, tools);
  const { isOrder, minor } = turnover;
  const did = ch`select ${personOfOrigin(workspace)} as person, toUInt8(0) as place, toInt128(0) as parts, events, minor from (
      select origin_id, countIf(${counted}) as events, sumIf(${minor}, ${isOrder}) as minor from events
      where workspace_id = ${workspace} and origin_id != 0 and ${timeSql(period)} group by origin_id)`;
  const contributed =
    contribution === null
      ? []
      : [
          ch`select person, toUInt8(0) as place, parts, toUInt64(0) as events, toInt64(0) as minor from (${contributionSql(contribution, period, tools)})`,
        ];
  return read<ShareRow>(
    "pyramids.shares",
    ch`select layer as place, toString(sum(given)) as parts, toUInt64(sum(happened)) as events, toString(sum(brought)) as minor from (
        select person, max(place) as layer, sum(parts) as given, sum(events) as happened, sum(minor) as brought
        from (${ch.join([...places, did, ...contributed], " union all ")}) group by person)
      group by layer order by layer /* workspace_id is named in what it reads */`,
  );
}
