import type { EvidenceClass, EvidenceField } from "./evidence.ts";

/** The class that fields had, by key. */
export type Guarded = Readonly<Record<string, EvidenceClass>>;

/** What stays guarded when fields are replaced: every class there was, and as a whole what is not asked for any more. */
export function guardedAfter(guarded: Guarded, before: readonly EvidenceField[], after: readonly EvidenceField[]): Guarded {
  const kept = new Set(after.map(({ key }) => key));
  const classes = before.flatMap(({ key, personal }): [string, EvidenceClass][] =>
    personal !== null ? [[key, personal]] : kept.has(key) || key in guarded ? [] : [[key, "marked"]],
  );
  return { ...guarded, ...Object.fromEntries(classes) };
}

/** Fields as what was given for them is masked: as they say, else as they once said. */
export function withGuards(fields: readonly EvidenceField[], guarded: Guarded): readonly EvidenceField[] {
  return fields.map((field) => ({ ...field, personal: field.personal ?? guarded[field.key] ?? null }));
}
