const DEFAULT_FACTS: readonly string[] = ["state", "identities", "tags", "first_seen", "last_seen"];
const DEFAULT_TRAITS_MAX = 2;
/** Traits that the name and the identities of a row show, whether or not a value was recognised as personal. */
const SAID_ALREADY: ReadonlySet<string> = new Set(["name", "phone", "email"]);

/** Every column that is not a trait, in the order of the chooser. */
export const FACT_COLUMNS = ["state", "identities", "tags", "identity_count", "first_seen", "last_seen"] as const;

const TRAIT_PREFIX = "trait:";

/** The column of a trait. */
export function traitColumn(key: string): string {
  return TRAIT_PREFIX + key;
}

/** The trait a column shows, undefined for other columns. */
export function traitKeyOf(column: string): string | undefined {
  return column.startsWith(TRAIT_PREFIX) ? column.slice(TRAIT_PREFIX.length) : undefined;
}

/** Trait keys found in rows, the most frequent first. */
export function traitKeys(rows: readonly { readonly traits: Readonly<Record<string, unknown>> }[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { traits } of rows) for (const key of Object.keys(traits)) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([key]) => key);
}

/** Columns of the people list before anyone chose: the usual facts and the most frequent traits of the rows at hand that are not personal. */
export function defaultColumns(
  rows: readonly { readonly traits: Readonly<Record<string, unknown>>; readonly personalTraits: readonly string[] }[],
): readonly string[] {
  const personal = new Set(rows.flatMap(({ personalTraits }) => personalTraits));
  const telling = traitKeys(rows).filter((key) => !key.startsWith("$") && !SAID_ALREADY.has(key) && !personal.has(key));
  return [...DEFAULT_FACTS, ...telling.slice(0, DEFAULT_TRAITS_MAX).map(traitColumn)];
}
