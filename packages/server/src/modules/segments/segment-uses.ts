import type { Use } from "@terrace/contract/api/segments";
import { faultError } from "../../platform/http/fault-error.ts";
import { rulesNaming } from "./rule.commands.ts";
import type { SegmentDeps } from "./segment-deps.ts";

/** What would break without a segment. */
export async function usesOf(deps: SegmentDeps, workspaceId: number, id: string): Promise<readonly Use[]> {
  return [...(await rulesNaming(deps, deps.db, workspaceId, id)), ...(await deps.usedBy(workspaceId, id))];
}

/** Throws `segment.in_use` under a field when something would break. */
export async function refuseUsed(deps: SegmentDeps, workspaceId: number, id: string, field: string): Promise<void> {
  const [first, ...more] = await usesOf(deps, workspaceId, id);
  if (first === undefined) return;
  throw faultError("segment.in_use", {
    field,
    mend: "Take it out of what uses it first, or put it away instead",
    details: { name: first.name, more: more.length },
  });
}
