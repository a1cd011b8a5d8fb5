import {
  CONVERSION_PARTS,
  DECAY_WEIGHT,
  type AttributionModel,
  type AttributionPlan,
} from "@terrace/domain/insight/attribution/attribution-plan";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { shareOutSql } from "../commerce/share-out-sql.ts";

/**
 * What the expressions here stand on: the columns `texts` (values of the touches of a way, oldest first), `times` (Unix ms), `at` (of the conversion) and `worth`.
 * `direct` is an array of values.
 */
type Ground = Pick<AttributionPlan, "halfLifeMs" | "position"> & { readonly direct: ChStatement };

/**
 * Credits by a model. `kept` are columns of a way; on them stand `worth` and `parts`, Int64: what of a conversion (of its worth, of its parts) a value among its
 * touches gets, where `value` is that value. All values together get what there is to divide. What nothing touched keeps it, whatever the model.
 */
export function creditsSql(
  model: AttributionModel,
  index: number,
  ground: Ground,
): { readonly kept: ChStatement; readonly worth: ChStatement; readonly parts: ChStatement } {
  const own = (name: "winner" | "worths" | "shares"): ChStatement => ({ text: `${name}_${index}`, params: {} });
  const whole = ch`toInt64(${ch.value("Int64", CONVERSION_PARTS)})`;
  const winner = winnerSql(model, ground);
  if (winner !== undefined) {
    const all = (amount: ChStatement): ChStatement => ch`if(${own("winner")} = value, ${amount}, 0)`;
    return { kept: ch`texts[${winner}] as ${own("winner")}`, worth: all(ch`worth`), parts: all(whole) };
  }
  const weights = weightsSql(model, ground);
  const sum = (amount: ChStatement, credits: ChStatement): ChStatement =>
    ch`if(empty(texts), ${amount}, arraySum((text, credit) -> if(text = value, credit, 0), texts, ${credits}))`;
  return {
    kept: ch`${shareOutSql(ch`worth`, weights)} as ${own("worths")}, ${shareOutSql(whole, weights)} as ${own("shares")}`,
    worth: sum(ch`worth`, own("worths")),
    parts: sum(whole, own("shares")),
  };
}

/** The place of the one touch that gets everything. */
function winnerSql(model: AttributionModel, { direct }: Ground): ChStatement | undefined {
  if (model === "first") return ch`1`;
  if (model === "last") return ch`length(texts)`;
  if (model !== "last_non_direct") return undefined;
  const named = ch`arrayLastIndex(text -> not has(${direct}, text), texts)`;
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
