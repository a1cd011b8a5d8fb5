import * as api from "@terrace/contract/api/governor";
import { checkRules } from "@terrace/domain/governor/check-rules";
import { DEFAULT_RULES, PLATFORM_CAPS, type GovernorRules } from "@terrace/domain/governor/rules";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError, valueOrThrow } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import type { GovernorDeps } from "./governor-deps.ts";
import { insertRules, loadRules, type RulesVersion } from "./rules.store.ts";

/** The rules of a workspace. */
export function rulesRoutes(deps: GovernorDeps): readonly RouteHandler[] {
  return [
    handle(api.getGovernorRules, async (_input, { workspaceId }) => {
      const [newest] = await loadRules(deps.db, workspaceId, { limit: 1 });
      return { ...(newest === undefined ? UNCHANGED : shown(newest)), platformCaps: PLATFORM_CAPS.map((cap) => structuredClone(cap)) };
    }),
    handle(api.saveGovernorRules, ({ body }, context) => save(deps, context, body)),
    handle(api.listGovernorRules, async ({ query }, { workspaceId }) => {
      const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, ["number"]);
      const rows = await loadRules(deps.db, workspaceId, {
        ...(after === undefined ? {} : { before: Number(after[0]) }),
        limit: query.limit + 1,
      });
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      return {
        items: page.map(shown),
        ...(rows.length > page.length && last !== undefined ? { nextCursor: encodeCursor([last.version]) } : {}),
      };
    }),
  ];
}

const UNCHANGED = { version: 0, rules: written(DEFAULT_RULES), reason: "", changedBy: "", changedAt: null };

type Saved = { readonly version: number; readonly rules: GovernorRules; readonly reason: string };

async function save(deps: GovernorDeps, context: RouteContext, { version, rules, reason }: Saved): Promise<api.GovernorRulesVersion> {
  valueOrThrow(checkRules(rules));
  const { workspaceId, actor, ip } = context;
  const next: RulesVersion = { version: version + 1, rules, reason, changedBy: actor, changedAt: new Date(deps.nowMs()) };
  return inTransaction(deps.db, async (tx) => {
    const [newest] = await loadRules(tx, workspaceId, { limit: 1 });
    if ((newest?.version ?? 0) !== version || !(await insertRules(tx, workspaceId, next)))
      throw faultError("governor.rules_changed", { field: "version", mend: "Read the rules again and repeat the change" });
    const detail = { version: next.version, reason, quietHours: rules.quietHours.length, caps: rules.caps.length };
    await deps.audit(tx, { workspaceId, actor, action: "governor.rules", target: `governor:${next.version}`, detail, ip });
    return shown(next);
  });
}

function shown({ version, rules, reason, changedBy, changedAt }: RulesVersion): api.GovernorRulesVersion {
  return { version, rules: written(rules), reason, changedBy, changedAt: changedAt.toISOString() };
}

function written(rules: GovernorRules): api.GovernorRulesVersion["rules"] {
  return api.governorRulesSchema.parse(rules);
}
