const SUBJECTS = ["property", "trait", "column", "segment", "tag", "seed"] as const;
const NUMBERS = ["gt", "gte", "lt", "lte"] as const;
const TEXTS = ["contains", "containsNot", "startsWith", "endsWith", "before", "after"] as const;

/** How many parts of a draft still wait for a choice: a field without a name, a comparison without a value. */
export function draftGaps(draft: unknown): number {
  if (Array.isArray(draft)) return draft.reduce((sum: number, part) => sum + draftGaps(part), 0);
  if (typeof draft !== "object" || draft === null) return 0;
  const own = hasGap(draft as Readonly<Record<string, unknown>>) ? 1 : 0;
  return own + Object.values(draft).reduce((sum: number, part) => sum + draftGaps(part), 0);
}

function hasGap(part: Readonly<Record<string, unknown>>): boolean {
  return (
    SUBJECTS.some((key) => part[key] === "") ||
    ["is", "isNot", "segment"].some((key) => isEmptyList(part[key])) ||
    NUMBERS.some((key) => key in part && typeof part[key] !== "number") ||
    TEXTS.some((key) => part[key] === "") ||
    (Array.isArray(part["between"]) && part["between"].some((end) => typeof end !== "number"))
  );
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
