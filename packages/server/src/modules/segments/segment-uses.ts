import type { Use } from "@terrace/contract/api/segments";
import { faultError } from "../../platform/http/fault-error.ts";
import type { RuleRow } from "./live/rule.store.ts";
import { rulesNaming } from "./rule.commands.ts";
import type { SegmentDeps } from "./segment-deps.ts";

/** What would break without a segment. */
export async function usesOf(deps: SegmentDeps, workspaceId: number, id: string): Promise<readonly Use[]> {
  return [...(await rulesNaming(deps, deps.db, workspaceId, id)), ...(await deps.usedBy(workspaceId, id))];
}

/** Throws `segment.in_use` under a field when something would break, besides segments that go too. */
export async function refuseUsed(
  deps: SegmentDeps,
  workspaceId: number,
  id: string,
  { field, going }: { readonly field: string; readonly going?: ReadonlySet<string> },
): Promise<void> {
  const uses = await usesOf(deps, workspaceId, id);
  refuseUses(
    uses.filter((use) => use.kind !== "segment" || going?.has(use.id) !== true),
    field,
  );
}

/** Throws `segment.in_use` under a field when there is any use. */
export function refuseUses([first, ...more]: readonly Use[], field: string): void {
  if (first === undefined) return;
  throw faultError("segment.in_use", {
    field,
    mend: "Take it out of what uses it first, or put it away instead",
    details: { name: first.name, more: more.length },
  });
}

/** Rules behind a class or a tag are shown as these. */
export function useOfRule({ segmentId, name, gives }: RuleRow): Use {
  if (gives.tag !== undefined) return { kind: "tag_rule", id: segmentId, name };
  return gives.trait === undefined ? { kind: "segment", id: segmentId, name } : { kind: "class", id: gives.trait.slice(1), name };
}

/** Uses, each once. */
export function distinctUses(uses: readonly Use[]): readonly Use[] {
  return [...new Map(uses.map((use) => [`${use.kind} ${use.id}`, use])).values()];
}
