import { getRetention, listRetentionProofs, previewRetention, saveRetention } from "@terrace/contract/api/privacy";
import { DONE } from "@terrace/contract/route";
import type { RetentionRule } from "@terrace/domain/retention/plan-retention";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import { loadChecked, loadOpenRun, loadProofs, loadRules, saveRules } from "./retention.store.ts";
import { previewRules, type RetentionDeps } from "./retention.ts";

/** For how long events are kept, what that deletes, and the proof of it. */
export function retentionRoutes(deps: RetentionDeps & { readonly audit: AccessModule["audit"] }): readonly RouteHandler[] {
  const { db } = deps;
  return [
    handle(getRetention, async (_input, { workspaceId }) => ({
      rules: [...(await loadRules(db, workspaceId))],
      checkedAt: (await loadChecked(db, workspaceId))?.toISOString() ?? null,
      runningSince: (await loadOpenRun(db, workspaceId))?.startedAt.toISOString() ?? null,
    })),
    handle(previewRetention, async ({ body }, { workspaceId }) => {
      refuseRepeats(body.rules);
      return { items: await previewRules(deps, workspaceId, body.rules) };
    }),
    handle(saveRetention, async ({ body }, { workspaceId, actor, ip }) => {
      refuseRepeats(body.rules);
      await inTransaction(db, async (tx) => {
        await saveRules(tx, workspaceId, body.rules, { actor, at: new Date(deps.nowMs()) });
        await deps.audit(tx, {
          workspaceId,
          actor,
          action: "privacy.retention",
          target: `workspace:${workspaceId}`,
          detail: { rules: body.rules.map(({ event, days }) => `${event === "" ? "*" : event}: ${days ?? "∞"}`) },
          ip,
        });
      });
      return DONE;
    }),
    handle(listRetentionProofs, async ({ query }, { workspaceId }) => {
      const beforeId = query.cursor === undefined ? undefined : String(decodeCursor(query.cursor, ["id"])[0]);
      const rows = await loadProofs(db, workspaceId, { beforeId, limit: query.limit + 1 });
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      return {
        items: page.map(({ id, proof, digest }) => ({ id, ...proof, digest })),
        ...(rows.length > page.length && last !== undefined ? { nextCursor: encodeCursor([last.id]) } : {}),
      };
    }),
  ];
}

function refuseRepeats(rules: readonly RetentionRule[]): void {
  const repeated = rules.findIndex((rule, index) => rules.findIndex(({ event }) => event === rule.event) !== index);
  if (repeated !== -1)
    throw faultError("retention.rule_twice", {
      field: `rules.${repeated}.event`,
      mend: "Give each event one rule, and one without a name for the rest",
    });
  const everything = rules.findIndex(({ event, days }) => event === "" && days === null);
  if (everything !== -1)
    throw faultError("request.invalid", {
      field: `rules.${everything}.days`,
      mend: "Leave the rule out: what no rule names is kept for good",
    });
}
