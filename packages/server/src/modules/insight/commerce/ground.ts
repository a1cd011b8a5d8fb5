import type { Currency } from "@terrace/domain/insight/commerce/trade";
import { minorDigits } from "../overview.ts";
import type { Asking } from "../time/asking.ts";

/** The money of a question: the workspace's currency. */
export function currencyOf({ currency }: Asking): Currency {
  return { currency, digits: minorDigits(currency) };
}
