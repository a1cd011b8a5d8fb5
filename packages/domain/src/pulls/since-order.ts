const NUMBER = /^-?\d+(?:\.\d+)?$/;
const WHOLE = /^-?\d+$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?)?Z?$/;

/**
 * Whether a value of the column of `:since` may come after another one in rising order. How text is sorted only the database knows, so text
 * counts as in order; numbers and times are compared.
 */
export function mayFollow(before: string, after: string): boolean {
  if (WHOLE.test(before) && WHOLE.test(after)) return BigInt(before) <= BigInt(after);
  if (NUMBER.test(before) && NUMBER.test(after)) return Number(before) <= Number(after);
  if (INSTANT.test(before) && INSTANT.test(after)) return plainInstant(before) <= plainInstant(after);
  return true;
}

/** Without what would sort before digits. */
function plainInstant(text: string): string {
  return text.replace("Z", "").replace("T", " ");
}
