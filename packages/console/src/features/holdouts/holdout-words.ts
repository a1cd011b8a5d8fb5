import type { HoldoutView } from "@terrace/contract/api/holdouts";
import type { Program, ProgramKind } from "@terrace/domain/holdouts/holdout";
import type { Text } from "../../app/i18n.ts";

/** Where holdouts stand in the console; `key` is the key of one. */
export function holdoutPath(key: string): string {
  return `experiments/holdouts/${key}`;
}

/** Some kinds of programs, and of each those that are named; all of it where none is. */
export function scopeOf(kinds: readonly ProgramKind[], keys: Readonly<Partial<Record<ProgramKind, readonly string[]>>>) {
  return kinds.flatMap((kind): { kind: ProgramKind; key: string | null }[] => {
    const named = [...new Set(keys[kind])];
    return named.length === 0 ? [{ kind, key: null }] : named.map((key) => ({ kind, key }));
  });
}

/** What people are kept from, in words. */
export function scopeWords(scope: HoldoutView["scope"], text: Text): string {
  if (scope === "everything") return text("holdouts.everything");
  return scope
    .map(({ kind, key }) =>
      key === null ? text(`holdouts.all.${kind}`) : text("holdouts.one", { kind: text(`holdouts.kind.${kind}`), key }),
    )
    .join(" · ");
}

/** A program, in words. */
export function programWords({ kind, key }: Program, text: Text): string {
  return text("holdouts.one", { kind: text(`holdouts.kind.${kind}`), key });
}

/** How often others take their turn, in words. */
export function rotationWords(rotation: HoldoutView["rotation"], text: Text): string {
  if (rotation === null) return text("holdouts.never");
  return rotation.every === 1 ? text(`holdouts.each.${rotation.unit}`) : text(`holdouts.every.${rotation.unit}`, { n: rotation.every });
}
