const SHOWN_MAX = 3;
const VALUE_MAX = 40;

function valueText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "object") return Array.isArray(value) ? value.map(valueText).join(", ") : JSON.stringify(value);
  return String(value);
}

/** A few telling properties in one line: `38, WHITE MUG, United Kingdom`. */
export function summaryText(properties: Readonly<Record<string, unknown>>): string {
  return Object.values(properties).map(valueText).filter((text) => text !== "").slice(0, SHOWN_MAX)
    .map((text) => (text.length > VALUE_MAX ? `${text.slice(0, VALUE_MAX)}…` : text)).join(" · ");
}

/** Properties with their names in one line: `order_id 536365 · revenue 38`. Lists say how many items they hold. */
export function propertyLine(properties: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(properties).flatMap(([name, value]) => {
    if (value === null || value === undefined || value === "") return [];
    if (Array.isArray(value)) return [`${name} ×${value.length}`];
    if (typeof value === "object") return [];
    const shown = String(value);
    return [`${name} ${shown.length > VALUE_MAX ? `${shown.slice(0, VALUE_MAX)}…` : shown}`];
  });
  return parts.slice(0, SHOWN_MAX + 1).join(" · ");
}
