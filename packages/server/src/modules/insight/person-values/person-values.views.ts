import type { EventSelector } from "@terrace/domain/conditions/condition";
import type { Measure } from "@terrace/domain/insight/spread/distribution-plan";
import type { Period } from "@terrace/domain/insight/time/calendar";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { perPersonValues } from "../spread/distribution.views.ts";
import type { Asking } from "../time/asking.ts";
import { traitNumberSql } from "../trends/property-values.ts";

/** A number that each person has: of what they did in a period, or at a trait. */
export type PersonMeasure = { readonly event: EventSelector; readonly measure: Measure } | { readonly trait: string };

/** One row for each person who has the number: `person`, `number` (Float64). */
export function personNumbersSql({ tools, workspaceId }: Asking, period: Period, of: PersonMeasure): ChStatement {
  if ("event" in of) return ch`select person, toFloat64(value) as number from (${perPersonValues({ ...period, ...of }, tools)})`;
  // The filters on people hold for whoever has a trait, too; those on events say nothing of them.
  const number = traitNumberSql(of.trait);
  return ch`select person_id as person, assumeNotNull(${number}) as number from person_trait final
    where workspace_id = ${ch.value("UInt32", workspaceId)} and isNotNull(${number}) and ${tools.people}`;
}
