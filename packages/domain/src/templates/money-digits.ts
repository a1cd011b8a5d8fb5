/** Digits after the point of a currency's major unit: amounts are integers in minor units. */
export function majorDigits(currency: string): number {
  return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}
