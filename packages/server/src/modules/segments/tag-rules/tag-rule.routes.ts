import * as api from "@terrace/contract/api/tag-rules";
import type { TagRuleView } from "@terrace/contract/api/tag-rules";
import { DONE } from "@terrace/contract/route";
import { mendOfTag } from "@terrace/domain/personal/tag-name";
import type { TrackerPlace } from "@terrace/domain/segments/tracker";
import type { z } from "zod";
import { faultError } from "../../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../../platform/http/handler.ts";
import { sealText } from "../../../platform/sealed-text.ts";
import { inTransaction, type Db, type Tx } from "../../../platform/storage/postgres.ts";
import { openCondition } from "../live/live-plan.ts";
import { placeOf, retrack, stopEngine } from "../live/retrack.ts";
import { changeRule, loadRulesOf, type RuleState } from "../live/rule.store.ts";
import { insertManagedRule, requireOrder } from "../managed-rules.ts";
import { forgetSegment } from "../member-copy.store.ts";
import { refuseUsed } from "../segment-uses.ts";
import { liveView } from "../segment-view.ts";
import type { SegmentDeps } from "../segment-deps.ts";
import { deleteSegment, lockSegments, updateSegment } from "../segment.store.ts";
import { loadTagRules, removeTagsOf, saveTagRule, settleTags, type TagRuleRow } from "./tag-rule.store.ts";

const ID = /^[1-9]\d{0,17}$/;

/** Rules that put tags on people. Each is a segment that is not listed among the others. */
export function tagRuleRoutes(deps: SegmentDeps): readonly RouteHandler[] {
  const { db, nowMs } = deps;
  return [
    handle(api.listTagRules, async (_input, { workspaceId }) => ({
      items: [...(await viewsOf(deps, workspaceId, await loadTagRules(db, workspaceId, { now: new Date(nowMs()) })))],
    })),
    handle(api.createTagRule, async ({ body }, context) => {
      const { workspaceId } = context;
      const { name, tag, rule, keep } = body;
      refuseBadName(tag);
      const place = await placeOf(deps, workspaceId);
      const id = await inTransaction(db, async (tx) => {
        await lockSegments(tx, workspaceId);
        await stopEngine(tx, workspaceId);
        const made = await insertManagedRule(deps, tx, context, { name, rule, managedBy: "tag" });
        await saveTagRule(tx, workspaceId, { id: made, tag, keep });
        await requireOrder(deps, tx, workspaceId, { field: "rule", rule });
        await record(deps, tx, context, { verb: "create", id: made, detail: { name, tag } });
        await retrack(deps, tx, workspaceId, { place });
        return made;
      });
      return viewOf(deps, workspaceId, id);
    }),
    handle(api.updateTagRule, async ({ params, body }, context) => {
      const { workspaceId } = context;
      if (body.tag !== undefined) refuseBadName(body.tag);
      const place = await placeOf(deps, workspaceId);
      await inTransaction(db, async (tx) => {
        await lockSegments(tx, workspaceId);
        // Whoever evaluates puts on, and takes off, what the rule said when they began.
        await stopEngine(tx, workspaceId);
        await changeTagRule(deps, tx, context, { row: await ruleOrThrow(deps, tx, workspaceId, params.rule), body, place });
      });
      return viewOf(deps, workspaceId, params.rule);
    }),
    handle(api.deleteTagRule, async ({ params }, context) => {
      const { workspaceId } = context;
      const place = await placeOf(deps, workspaceId);
      await inTransaction(db, async (tx) => {
        await lockSegments(tx, workspaceId);
        const { id, name, tag, tagged } = await ruleOrThrow(deps, tx, workspaceId, params.rule);
        await refuseUsed(deps, workspaceId, id, { field: "rule" });
        // Nobody evaluates from here on: tags do not come back behind this.
        await stopEngine(tx, workspaceId);
        await removeTagsOf(tx, workspaceId, id);
        await deleteSegment(tx, workspaceId, id);
        await record(deps, tx, context, { verb: "delete", id, detail: { name, tag, people: tagged } });
        await retrack(deps, tx, workspaceId, { place });
      });
      await forgetSegment(deps.warehouse, workspaceId, params.rule);
      return DONE;
    }),
  ];
}

type Changing = {
  readonly row: TagRuleRow;
  readonly body: z.output<typeof api.updateTagRule.body>;
  readonly place: TrackerPlace;
};

async function changeTagRule(deps: SegmentDeps, tx: Tx, context: RouteContext, { row, body, place }: Changing): Promise<void> {
  const { workspaceId } = context;
  const { id } = row;
  const { name, tag = row.tag, keep = row.keep, rule } = body;
  await updateSegment(tx, workspaceId, id, { name });
  await saveTagRule(tx, workspaceId, { id, tag, keep });
  if (rule !== undefined)
    await changeRule(tx, workspaceId, { segmentId: id, condition: sealText(deps.privacy, JSON.stringify(rule)), combination: null });
  if (rule !== undefined || tag !== row.tag)
    await requireOrder(deps, tx, workspaceId, { field: rule === undefined ? "tag" : "rule", rule });
  await record(deps, tx, context, {
    verb: "update",
    id,
    detail: { name: name ?? row.name, tag, ...(rule === undefined ? {} : { rule: true }) },
  });
  await settleTags(tx, workspaceId, id, new Date(deps.nowMs()));
  await retrack(deps, tx, workspaceId, { place });
}

async function viewOf(deps: SegmentDeps, workspaceId: number, id: string): Promise<TagRuleView> {
  const [view] = await viewsOf(deps, workspaceId, [await ruleOrThrow(deps, deps.db, workspaceId, id)]);
  if (view === undefined) throw unknownRule();
  return view;
}

async function viewsOf(deps: SegmentDeps, workspaceId: number, rows: readonly TagRuleRow[]): Promise<readonly TagRuleView[]> {
  const states = await loadRulesOf(
    deps.db,
    workspaceId,
    rows.map(({ id }) => id),
  );
  return rows.flatMap((row): readonly TagRuleView[] => {
    const state = states.get(row.id);
    return state === undefined ? [] : [viewOfRow(deps, row, state)];
  });
}

function viewOfRow(deps: SegmentDeps, row: TagRuleRow, state: RuleState): TagRuleView {
  const { id, name, tag, keep, people, tagged, createdBy } = row;
  const rule = openCondition(deps, state.condition);
  return { id, name, tag, keep, people, tagged, createdBy, rule, live: liveView(state), createdAt: row.createdAt.toISOString() };
}

async function ruleOrThrow(deps: SegmentDeps, db: Db | Tx, workspaceId: number, id: string): Promise<TagRuleRow> {
  const [row] = ID.test(id) ? await loadTagRules(db, workspaceId, { now: new Date(deps.nowMs()), id }) : [];
  if (row === undefined) throw unknownRule();
  return row;
}

function unknownRule(): Error {
  return faultError("tag_rule.not_found", { field: "rule" });
}

function refuseBadName(tag: string): void {
  const mend = mendOfTag(tag);
  if (mend !== undefined) throw faultError("tag.invalid", { field: "tag", mend });
}

type Act = {
  readonly verb: "create" | "update" | "delete";
  readonly id: string;
  readonly detail: Readonly<Record<string, string | number | boolean>>;
};

async function record(deps: SegmentDeps, tx: Tx, { workspaceId, actor, ip }: RouteContext, { verb, id, detail }: Act): Promise<void> {
  await deps.audit(tx, { workspaceId, actor, action: `tag_rule.${verb}`, target: `tag_rule:${id}`, detail, ip });
}
