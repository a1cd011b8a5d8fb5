/** A question as it stands in the address: JSON as base64url, which no part of an address has to escape. */
export function writeQuery(query: unknown): string {
  const bytes = new TextEncoder().encode(JSON.stringify(query));
  return btoa(Array.from(bytes, (byte) => String.fromCodePoint(byte)).join(""))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}

/** The question of an address; undefined when there is none, or none that can be read. */
export function readQuery(text: string | null): unknown {
  if (text === null || text === "") return undefined;
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, (char) => char.codePointAt(0) ?? 0)));
  } catch {
    // An address cut off in a message: the page begins as if there were none.
    return undefined;
  }
}

/** Whether two questions are the same, whatever the order of their parts; a part that is undefined is not there. */
export function sameQuery(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
