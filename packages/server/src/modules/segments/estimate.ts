import type * as api from "@terrace/contract/api/segment-figures";
import { SAMPLE_MAX } from "@terrace/contract/api/segment-figures";
import { conditionKind } from "@terrace/domain/conditions/condition-kind";
import { conditionWords } from "@terrace/domain/conditions/condition-words";
import { selectorsOf, type PersonCondition } from "@terrace/domain/conditions/condition";
import { withStoredForms } from "@terrace/domain/conditions/stored-forms";
import { dayOf } from "@terrace/domain/insight/time/calendar";
import { changesWithTime } from "@terrace/domain/segments/changes-with-time";
import { usesOfRule } from "@terrace/domain/segments/rule-uses";
import { behaviourLeavesOf, leavesOf, trackerKey, trackerOf } from "@terrace/domain/segments/tracker";
import { startOfDay, zoneClock } from "@terrace/domain/time/zoned-time";
import type { z } from "zod";
import { faultError } from "../../platform/http/fault-error.ts";
import type { RouteContext } from "../../platform/http/handler.ts";
import type { ConditionTools } from "../../platform/storage/condition-sql.ts";
import { countEvents, findMeeting } from "./estimate.views.ts";
import { openCondition, trackerOfSpec } from "./live/live-plan.ts";
import { loadRules } from "./live/rule.store.ts";
import { loadTrackers } from "./live/tracker.store.ts";
import { readAsked, requireSegments, type Asked } from "./rule.commands.ts";
import type { ReadRows, SegmentDeps } from "./segment-deps.ts";
import { namedUses } from "./rule-uses.ts";

type Estimate = z.output<typeof api.estimateSegment.response>;

/** Days over which events are averaged. */
const DAYS = 7;

/** Whom a rule would hold now, and what keeping it would cost. Throws `condition.no_such_segment`, `role.not_allowed`. */
export async function estimate(deps: SegmentDeps, context: RouteContext, asked: Asked, queryId: string | undefined): Promise<Estimate> {
  const { workspaceId } = context;
  const { field, rule } = readAsked(asked);
  if (usesOfRule(rule).events.length > 0 && !context.may("events:read"))
    throw faultError("role.not_allowed", { field, mend: "Ask for a role that sees events", details: { permission: "events:read" } });
  await requireSegments(deps.db, workspaceId, rule, field);
  const { answer, meta } = await deps.ask({ kind: "segment_estimate", body: asked, queryId }, context, async (tools, read) => ({
    meeting: await findMeeting({ db: deps.db, tools, read }, rule),
    cost: await costOf(deps, tools, read, rule),
  }));
  const { people, everyone, first } = answer.meeting;
  return {
    people,
    everyone,
    share: everyone === 0 ? 0 : people / everyone,
    sample: await sampleOf(deps, context, first),
    words: { zh: conditionWords(rule, "zh"), en: conditionWords(rule, "en") },
    uses: await namedUses(deps.db, workspaceId, rule),
    class: classOf(rule),
    changesWithTime: await doesChange(deps, workspaceId, rule),
    cost: answer.cost,
    meta,
  };
}

async function sampleOf(deps: SegmentDeps, { workspaceId, fields }: RouteContext, ids: readonly string[]): Promise<Estimate["sample"]> {
  const names = ids.length === 0 ? undefined : await deps.displayNames(workspaceId, ids, fields);
  return ids
    .flatMap((personId) => {
      const known = names?.get(personId);
      return known === undefined ? [] : [{ personId, displayName: known.displayName }];
    })
    .slice(0, SAMPLE_MAX);
}

function classOf(rule: PersonCondition): Estimate["class"] {
  return { kind: conditionKind(rule), because: leavesOf(rule).find((leaf) => conditionKind(leaf) === "population") ?? null };
}

async function doesChange(deps: SegmentDeps, workspaceId: number, rule: PersonCondition): Promise<boolean> {
  const rules = new Map((await loadRules(deps.db, workspaceId)).map((row) => [row.segmentId, row.condition]));
  const known = new Map<string, boolean>();
  const ofSegment = (id: string): boolean => {
    const sealed = rules.get(id);
    if (sealed === undefined) return false;
    const answer = known.get(id) ?? changesWithTime(openCondition(deps, sealed), ofSegment);
    known.set(id, answer);
    return answer;
  };
  return changesWithTime(rule, ofSegment);
}

/** Counters that are not kept yet, and the events that they would count. */
async function costOf(deps: SegmentDeps, tools: ConditionTools, read: ReadRows, rule: PersonCondition): Promise<Estimate["cost"]> {
  const place = { zone: tools.zone, virtuals: tools.virtuals.map(({ name, matcher }) => ({ name, matcher })) };
  const stored = withStoredForms(rule, tools.tokenise);
  const leafOf = new Map(behaviourLeavesOf(stored).map((leaf) => [trackerKey(trackerOf(leaf, place)), leaf]));
  const kept = new Set((await loadTrackers(deps.db, tools.workspaceId)).map(({ spec }) => trackerOfSpec(deps, spec).key));
  const fresh = [...leafOf].filter(([key]) => !kept.has(key));
  const events = [...new Set(fresh.flatMap(([, leaf]) => selectorsOf(leaf).map(({ event }) => event)))];
  const clock = zoneClock(tools.zone);
  const today = dayOf(tools.nowMs, clock);
  const period = { fromMs: startOfDay(today - DAYS, clock), toMs: startOfDay(today, clock) };
  const counts = await countEvents({ tools, read }, events, period);
  return {
    counters: fresh.length,
    shared: leafOf.size - fresh.length,
    events: events.map((event, index) => ({ event, perDay: Math.round(((counts[index] ?? 0) / DAYS) * 10) / 10 })),
  };
}
