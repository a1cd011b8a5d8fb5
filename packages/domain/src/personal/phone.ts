/** Mainland mobile numbers once separators and the country prefix are gone. */
const MAINLAND = /^1[3-9]\d{9}$/;

/**
 * The one spelling of a phone number: 11 digits for a mainland mobile (`+86 138-1234-5678` → `13812345678`), `+` and digits
 * for other international numbers, digits otherwise. Empty when the text holds fewer than five digits.
 */
export function normalisePhone(text: string): string {
  const plain = foldWide(text);
  const digits = plain.replace(/\D/g, "");
  if (digits.length < 5) return "";
  const local = digits.replace(/^(?:00)?86(?=1[3-9]\d{9}$)/, "");
  const hasPrefix = /^[\s(]*\+/.test(plain);
  // `+1 415…` has eleven digits too, but is no mainland number.
  if (MAINLAND.test(local) && (!hasPrefix || digits.startsWith("86"))) return local;
  return hasPrefix ? `+${digits}` : digits;
}

/** Full-width digits, `@`, `+`, `-` and `.` (Chinese input methods) as their ASCII twins; the length stays the same. */
export function foldWide(text: string): string {
  return text.replace(/[\uff10-\uff19\uff20\uff0b\uff0d\uff0e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
}
