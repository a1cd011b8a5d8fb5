import type { FieldOfEvent } from "@terrace/domain/insight/field-of-event";
import type { Currency } from "@terrace/domain/insight/commerce/trade";
import { minorDigits } from "../overview.ts";
import { refuseUnseen, type Asking } from "../time/asking.ts";

/** The money of a question: the workspace's currency. */
export function currencyOf({ currency }: Asking): Currency {
  return { currency, digits: minorDigits(currency) };
}

/** Refuses fields that the asker does not see in clear. */
export function refuseUnseenFields({ fields }: Asking, by: readonly FieldOfEvent[], field: string): void {
  for (const [index, each] of by.entries())
    refuseUnseen(fields, "property" in each ? each.property : undefined, `${field}.${index}.property`);
}
