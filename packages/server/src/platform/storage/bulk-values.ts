/**
 * A list of numbers as PostgreSQL's array text, for bulk statements: the driver would quote and escape each element, which costs more
 * than the rest of the statement. Elements are numbers or decimal text of our own making, never text from outside.
 */
export function numbers(values: readonly (string | number | null)[]): string {
  let text = "{";
  for (let index = 0; index < values.length; index += 1) text += `${index === 0 ? "" : ","}${values[index] ?? "null"}`;
  return `${text}}`;
}
