import type { Language } from "../../ui/format/language.ts";
import { intlLocale } from "../../ui/format/language.ts";
import { plainText } from "../../ui/format/plain-text.ts";

const SHOWN_MAX = 3;
const VALUE_MAX = 40;
const AMOUNTS = ["revenue", "total", "price", "value"];

function cut(text: string): string {
  return text.length > VALUE_MAX ? `${text.slice(0, VALUE_MAX)}…` : text;
}

function moneyText(amount: number, currency: string, language: Language): string {
  try {
    return new Intl.NumberFormat(intlLocale(language), { style: "currency", currency, currencyDisplay: "narrowSymbol" }).format(amount);
  } catch {
    // Senders put anything into `currency`.
    return `${amount} ${currency}`;
  }
}

/** Properties with an amount and its currency told as money: { revenue: 38, currency: "CNY" } → { revenue: "¥38.00" }. */
function withMoney(properties: Readonly<Record<string, unknown>>, language: Language): readonly (readonly [string, unknown])[] {
  const currency = properties["currency"];
  if (typeof currency !== "string" || currency === "") return Object.entries(properties);
  return Object.entries(properties).flatMap(([name, value]) => {
    if (name === "currency") return [];
    return [[name, AMOUNTS.includes(name) && typeof value === "number" ? moneyText(value, currency, language) : value] as const];
  });
}

/** A few telling properties in one line: `¥38.00 · WHITE MUG · United Kingdom`. */
export function summaryText(properties: Readonly<Record<string, unknown>>, language: Language): string {
  return withMoney(properties, language)
    .map(([, value]) => plainText(value))
    .filter((text) => text !== "")
    .slice(0, SHOWN_MAX)
    .map(cut)
    .join(" · ");
}

/** The property that names the traits an event changed. */
const TRAITS_CHANGED = "$traits";

/**
 * Properties with their names in one line: `order_id 536365 · revenue ¥38.00`. Lists of things say how many they hold; what the system
 * added (`$`) comes last. `traitsLine` says in words which traits an event changed.
 */
export function propertyLine(
  properties: Readonly<Record<string, unknown>>,
  language: Language,
  traitsLine: (names: string) => string,
): string {
  const entries = withMoney(properties, language).toSorted(([a], [b]) => Number(a.startsWith("$")) - Number(b.startsWith("$")));
  const parts = entries.flatMap(([name, value]) => {
    if (value === null || value === undefined || value === "") return [];
    if (name === TRAITS_CHANGED) return [traitsLine(cut(plainText(value)))];
    if (Array.isArray(value))
      return [value.every((item) => typeof item === "string") ? `${name} ${cut(plainText(value))}` : `${name} ×${value.length}`];
    if (typeof value === "object") return [];
    return [`${name} ${cut(plainText(value))}`];
  });
  return parts.slice(0, SHOWN_MAX + 1).join(" · ");
}
