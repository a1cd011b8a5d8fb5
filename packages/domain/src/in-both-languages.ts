/** Words of Terrace's own, in the two languages it speaks. */
export type InBothLanguages = { readonly zh: string; readonly en: string };

/** A word for each of a set of things. */
export type Words<K extends string> = Readonly<Record<K, InBothLanguages>>;
