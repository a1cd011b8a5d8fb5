import {
  CONVERSION_PARTS,
  DECAY_WEIGHT,
  type AttributionModel,
  type AttributionPlan,
} from "@terrace/domain/insight/attribution/attribution-plan";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { shareOutSql } from "../commerce/share-out-sql.ts";

/** What the expressions here stand on: the columns `texts` (values of the touches of a way, oldest first), `times` (Unix ms), `at` (of the conversion) and `worth`. */
type Ground = Pick<AttributionPlan, "halfLifeMs" | "position" | "direct">;

/** Credits of each touch by a model: two arrays of Int64, of the conversion's worth and of its parts. Each adds up to what there is to divide. */
export function creditsSql(model: AttributionModel, ground: Ground): { readonly worth: ChStatement; readonly parts: ChStatement } {
  const winner = winnerSql(model, ground);
  const whole = ch`toInt64(${ch.value("Int64", CONVERSION_PARTS)})`;
  if (winner === undefined) {
    const weights = weightsSql(model, ground);
    return { worth: shareOutSql(ch`worth`, weights), parts: shareOutSql(whole, weights) };
  }
  const all = (amount: ChStatement): ChStatement => ch`arrayMap(place -> if(place = ${winner}, ${amount}, 0), arrayEnumerate(texts))`;
  return { worth: all(ch`worth`), parts: all(whole) };
}

/** The place of the one touch that gets everything. */
function winnerSql(model: AttributionModel, { direct }: Ground): ChStatement | undefined {
  if (model === "first") return ch`1`;
  if (model === "last") return ch`length(texts)`;
  if (model !== "last_non_direct") return undefined;
  const named = ch`arrayLastIndex(text -> not has(${ch.value("Array(String)", direct)}, text), texts)`;
  return ch`if(${named} = 0, length(texts), ${named})`;
}

/** Array(Int64); the engine's half of `touchWeights`. */
function weightsSql(model: AttributionModel, { halfLifeMs, position: { first, last } }: Ground): ChStatement {
  if (model === "linear") return ch`arrayMap(text -> toInt64(1), texts)`;
  if (model === "time_decay")
    return ch`arrayMap(time -> toInt64(greatest(1, round(${ch.value("Float64", DECAY_WEIGHT)} * exp2(-(at - time) / ${ch.value("Float64", halfLifeMs)})))), times)`;
  const [two, middle] = [ch`length(texts) <= 2`, ch`toInt64(length(texts) - 2)`];
  const ends =
    first + last === 0
      ? ch`toInt64(1)`
      : ch`if(length(texts) = 1, toInt64(1), if(place = 1, toInt64(${ch.value("UInt8", first)}), toInt64(${ch.value("UInt8", last)})))`;
  return ch`arrayMap(place -> multiIf(${two}, ${ends}, place = 1, ${ch.value("UInt8", first)} * ${middle}, place = length(texts), ${ch.value("UInt8", last)} * ${middle}, toInt64(${ch.value("UInt8", 100 - first - last)})), arrayEnumerate(texts))`;
}
