import type { TraitUnit } from "@terrace/domain/computed/trait-unit";
import type { Format } from "../../app/workspace/use-format.ts";
import { minorUnits } from "../../ui/format/numbers.ts";
import { traitText } from "../person/trait-text.ts";

/** A value of a computed trait as an operator reads it, in its unit. Money of a trait is in whole units of the currency. */
export function valueText(value: unknown, unit: TraitUnit, format: Format): string {
  if (typeof value !== "number") return traitText(value, format);
  if (unit === "percent") return format.measure("share").exact(value);
  if (unit === "money") return format.money(minorUnits(value, format.currency));
  return format.count(value);
}
