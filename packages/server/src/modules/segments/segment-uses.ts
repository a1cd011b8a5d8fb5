import type { Use } from "@terrace/contract/api/segments";
import { faultError } from "../../platform/http/fault-error.ts";
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
  const [first, ...more] = uses.filter((use) => use.kind !== "segment" || going?.has(use.id) !== true);
  if (first === undefined) return;
  throw faultError("segment.in_use", {
    field,
    mend: "Take it out of what uses it first, or put it away instead",
    details: { name: first.name, more: more.length },
  });
}
