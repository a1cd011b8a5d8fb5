import type { HoldoutView } from "@terrace/contract/api/holdouts";
import type { Text } from "../../app/i18n.ts";

/** Where holdouts stand in the console; `key` is the key of one. */
export function holdoutPath(key: string): string {
  return `experiments/holdouts/${key}`;
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

/** How often others take their turn, in words. */
export function rotationWords(rotation: HoldoutView["rotation"], text: Text): string {
  if (rotation === null) return text("holdouts.never");
  return rotation.every === 1 ? text(`holdouts.each.${rotation.unit}`) : text(`holdouts.every.${rotation.unit}`, { n: rotation.every });
}
