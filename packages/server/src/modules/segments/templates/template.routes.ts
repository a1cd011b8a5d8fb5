import * as api from "@terrace/contract/api/condition-templates";
import { DONE } from "@terrace/contract/route";
import { segmentsIn } from "@terrace/domain/segments/rule-order";
import { faultError } from "../../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../../platform/http/handler.ts";
import { sealText } from "../../../platform/sealed-text.ts";
import { inTransaction, type Tx } from "../../../platform/storage/postgres.ts";
import { openCondition } from "../live/live-plan.ts";
import { requireSegments } from "../rule.commands.ts";
import type { SegmentDeps } from "../segment-deps.ts";
import { findSegmentNames, lockSegments } from "../segment.store.ts";
import {
  countTemplates,
  deleteTemplate,
  insertTemplate,
  loadTemplates,
  lockTemplate,
  saveTemplate,
  type TemplateRow,
} from "./template.store.ts";

const ID = /^[1-9]\d{0,17}$/;

/** Conditions kept as templates. Using one is the caller's own doing: nothing refers to it, and nothing holds it. */
export function templateRoutes(deps: SegmentDeps): readonly RouteHandler[] {
  const { db, nowMs, privacy } = deps;
  return [
    handle(api.listConditionTemplates, async (_input, context) => ({
      items: await viewsOf(deps, context, await loadTemplates(db, context.workspaceId)),
    })),
    handle(api.createConditionTemplate, async ({ body: { name, note, rule } }, context) => {
      const { workspaceId, actor } = context;
      const made = await inTransaction(db, async (tx) => {
        await lockSegments(tx, workspaceId);
        await requireSegments(tx, workspaceId, rule, "rule");
        if ((await countTemplates(tx, workspaceId)) >= api.CONDITION_TEMPLATES_MAX)
          throw faultError("condition_template.too_many", {
            mend: `A workspace has at most ${api.CONDITION_TEMPLATES_MAX} templates; delete those not in use`,
          });
        const sealed = sealText(privacy, JSON.stringify(rule));
        const row = await insertTemplate(tx, workspaceId, { name, note, rule: sealed, createdAt: new Date(nowMs()), createdBy: actor });
        await record(deps, tx, context, { verb: "create", row });
        return row;
      });
      return viewOf(deps, context, made, new Set());
    }),
    handle(api.updateConditionTemplate, async ({ params, body: { name, note, rule } }, context) => {
      const { workspaceId } = context;
      const changed = await inTransaction(db, async (tx) => {
        if (rule !== undefined) {
          await lockSegments(tx, workspaceId);
          await requireSegments(tx, workspaceId, rule, "rule");
        }
        const before = await ownOrThrow(tx, context, params.template);
        const sealed = rule === undefined ? before.rule : sealText(privacy, JSON.stringify(rule));
        const row = { ...before, name: name ?? before.name, note: note ?? before.note, rule: sealed };
        await saveTemplate(tx, workspaceId, row);
        await record(deps, tx, context, { verb: "update", row });
        return row;
      });
      const [view] = await viewsOf(deps, context, [changed]);
      if (view === undefined) throw new Error("a template that was changed has no view");
      return view;
    }),
    handle(api.deleteConditionTemplate, async ({ params }, context) => {
      const { workspaceId } = context;
      await inTransaction(db, async (tx) => {
        const row = await ownOrThrow(tx, context, params.template);
        await deleteTemplate(tx, workspaceId, row.id);
        await record(deps, tx, context, { verb: "delete", row });
      });
      return DONE;
    }),
  ];
}

/** A template that the caller may change, held until the transaction ends. */
async function ownOrThrow(tx: Tx, context: RouteContext, id: string): Promise<TemplateRow> {
  const row = ID.test(id) ? await lockTemplate(tx, context.workspaceId, id) : undefined;
  if (row === undefined) throw faultError("condition_template.not_found", { field: "template" });
  if (mayChange(row, context)) return row;
  throw faultError("condition_template.not_yours", {
    field: "template",
    mend: "Ask its maker, or somebody who manages members",
    details: { maker: row.createdBy },
  });
}

function mayChange({ createdBy }: TemplateRow, { actor, may }: RouteContext): boolean {
  return may("segments:write") && (createdBy === actor || may("members:manage"));
}

async function viewsOf(deps: SegmentDeps, context: RouteContext, rows: readonly TemplateRow[]): Promise<api.ConditionTemplate[]> {
  const named = new Set(rows.flatMap((row) => [...segmentsIn(openCondition(deps, row.rule))]));
  const known = await findSegmentNames(deps.db, context.workspaceId, [...named]);
  const missing = new Set([...named].filter((id) => !known.has(id)));
  return rows.map((row) => viewOf(deps, context, row, missing));
}

function viewOf(deps: SegmentDeps, context: RouteContext, row: TemplateRow, missing: ReadonlySet<string>): api.ConditionTemplate {
  const { id, name, note, createdBy } = row;
  const rule = openCondition(deps, row.rule);
  return {
    id,
    name,
    note,
    rule,
    missingSegments: [...segmentsIn(rule)].filter((segment) => missing.has(segment)),
    createdAt: row.createdAt.toISOString(),
    createdBy,
    mayChange: mayChange(row, context),
  };
}

type Act = { readonly verb: "create" | "update" | "delete"; readonly row: TemplateRow };

async function record(deps: SegmentDeps, tx: Tx, { workspaceId, actor, ip }: RouteContext, { verb, row }: Act): Promise<void> {
  const detail = { name: row.name };
  await deps.audit(tx, { workspaceId, actor, action: `condition_template.${verb}`, target: `condition_template:${row.id}`, detail, ip });
}
