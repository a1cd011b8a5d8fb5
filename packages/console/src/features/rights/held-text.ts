/** A held value as people read it: an object as its members, everything else as it is. */
export function heldText(value: string): string {
  if (!value.startsWith("{")) return value;
  try {
    const members = Object.entries(JSON.parse(value) as Record<string, unknown>);
    return members.map(([key, inner]) => `${key}: ${typeof inner === "string" ? inner : JSON.stringify(inner)}`).join(" · ");
  } catch {
    // A text that only begins like an object.
    return value;
  }
}
