import { DUPLICATE_SIGNS, mayMergeByRule } from "@terrace/domain/identity/duplicate-rules";
import type { Logger } from "pino";
import { createMerge, type MergeCommandDeps } from "../merge.commands.ts";
import { loadMergeRules, loadMergingWorkspaces } from "./duplicates.store.ts";
import { findDuplicates } from "./duplicates.views.ts";

/** Merges of one sign in one run; the rest follows in the next. */
const MERGES_PER_RUN = 200;

/** Merges pairs for which a rule of their workspace says so. Each is a merge like an operator's: it can be taken back, and then the pair is left alone. */
export async function mergeByRules(deps: MergeCommandDeps & { readonly log: Logger }): Promise<void> {
  for (const workspaceId of await loadMergingWorkspaces(deps.db)) {
    const rules = await loadMergeRules(deps.db, workspaceId);
    for (const sign of DUPLICATE_SIGNS) {
      if (rules[sign] !== "merge") continue;
      const groups = await findDuplicates(deps.db, workspaceId, sign, MERGES_PER_RUN);
      for (const group of groups) {
        const [first, second] = group.people;
        if (first === undefined || second === undefined || !mayMergeByRule(group, rules[sign])) continue;
        const asker = { workspaceId, actor: `rule: same ${sign}`, ip: "" };
        const merged = await createMerge(deps, asker, { people: [first, second], reason: `same ${sign}`, confirmConflicts: true });
        // An event may have joined or parted them since they were looked up; too many ids stay with an operator.
        if (!merged.ok) deps.log.info({ workspaceId, sign, code: merged.fault.code }, "a pair was not merged by its rule");
      }
    }
  }
}
