/** Any JSON value as text: scalars as they are, lists with commas, objects as JSON; nothing for null. */
export function plainText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return value.toString();
  if (value === null || value === undefined) return "";
  return Array.isArray(value) ? value.map(plainText).join(", ") : JSON.stringify(value);
}
