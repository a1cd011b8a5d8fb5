const SLOTS = 7;

/** The colour of an event's dot: the same event always has the same one; it repeats what the name says, so repeats of a colour do no harm. */
export function eventColour(name: string): string {
  let hash = 7;
  for (const char of name) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 65_521;
  return name.startsWith("$") ? "var(--ant-color-text-quaternary)" : `var(--series-${hash % SLOTS})`;
}
