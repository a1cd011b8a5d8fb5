import type { EventSelector } from "../../conditions/condition.ts";

/** Which events bring money and which take it back. A refund comes off by its own amount, so a part of an order can be refunded. */
export type Trade = { readonly orders: readonly EventSelector[]; readonly refunds: readonly EventSelector[] };

/** The workspace's currency and the digits after the point of its major unit. Amounts in another currency do not count. */
export type Currency = { readonly currency: string; readonly digits: number };

/** Smallest units of an amount given in major ones. */
export function minorUnits(amount: number, { digits }: Pick<Currency, "digits">): number {
  return Math.round(amount * 10 ** digits);
}
