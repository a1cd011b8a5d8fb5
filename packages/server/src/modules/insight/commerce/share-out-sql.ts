import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";

/**
 * Array(Int64) that adds up to the amount (Int64), divided by an Array(Int64) of weights of which one at least is above 0: the engine's half of `shareOut`.
 * An empty array where there are no weights.
 */
export function shareOutSql(amount: ChStatement, weights: ChStatement): ChStatement {
  // Products of money and weights outgrow 64 bits.
  const due = ch`arrayMap(weight -> toInt128(abs(${amount})) * weight, ${weights})`;
  const sum = ch`greatest(arraySum(arrayMap(weight -> toInt128(weight), ${weights})), 1)`;
  const down = ch`arrayMap(each -> intDiv(each, ${sum}), ${due})`;
  const rest = ch`arrayMap(each -> each % ${sum}, ${due})`;
  const order = ch`arraySort((place, left) -> (-left, place), arrayEnumerate(${weights}), ${rest})`;
  const rank = ch`arraySort((place, from) -> from, arrayEnumerate(${weights}), ${order})`;
  return ch`arrayMap((each, luck) -> toInt64(sign(${amount}) * (each + (luck <= toInt128(abs(${amount})) - arraySum(${down})))), ${down}, ${rank})`;
}
