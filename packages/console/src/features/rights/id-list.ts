import { IDENTITY_KINDS, type IdentityKind } from "@terrace/domain/identity/identity-kinds";

export type ListedId = { readonly kind: IdentityKind; readonly value: string };
/** The ids of a list, or the first line that cannot be read. */
export type IdList = { readonly ids: readonly ListedId[] } | { readonly line: number; readonly kind: string };

/** Reads `kind,value` or a user id alone, one per line; empty lines are passed over. */
export function readIdList(text: string): IdList {
  const ids: ListedId[] = [];
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (line === "") continue;
    const [, first = "", rest = ""] = /^([^,，\t]*)[,，\t](.+)$/.exec(line) ?? [];
    if (first === "") {
      ids.push({ kind: "user_id", value: line });
      continue;
    }
    const kind = IDENTITY_KINDS.find((one) => one === first.trim().toLowerCase());
    if (kind === undefined) return { line: index + 1, kind: first.trim() };
    ids.push({ kind, value: rest.trim() });
  }
  return { ids };
}
