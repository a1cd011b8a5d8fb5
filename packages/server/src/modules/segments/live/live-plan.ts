import { foldCondition, type BehaviourLeaf, type PersonCondition, type PersonLeaf } from "@terrace/domain/conditions/condition";
import { withStoredForms } from "@terrace/domain/conditions/stored-forms";
import { CLICK_EVENT } from "@terrace/domain/event/virtual-event";
import { askingSegments } from "@terrace/domain/segments/standing";
import { inRuleOrder } from "@terrace/domain/segments/rule-order";
import { leavesOf, readTracker, trackerKey, trackerOf, type Tracker, type TrackerPlace } from "@terrace/domain/segments/tracker";
import { openText } from "../../../platform/sealed-text.ts";
import type { Tx } from "../../../platform/storage/postgres.ts";
import { loadPlanClasses, type PlanClass } from "../classes/plan-classes.ts";
import { loadPlanComputed, type PlanComputed } from "../computed/computed-plan.ts";
import type { CountedBy } from "./counted-by.ts";
import { loadEngine } from "./engine.store.ts";
import type { LiveDeps } from "./live-deps.ts";
import { loadRules, type RuleRow } from "./rule.store.ts";
import { loadTrackers } from "./tracker.store.ts";

/** A leaf as it is asked, one for all rules that say the same; `at` is its place among them. */
export type LiveLeaf = {
  readonly leaf: PersonLeaf;
  readonly at: number;
  readonly counted?: { readonly leaf: BehaviourLeaf; readonly tracker: CountedBy };
};

/** A rule with its condition in the stored form, made ready to be asked of many people. Its stage is read anew for each batch. */
export type LiveRule = {
  readonly id: string;
  readonly name: string;
  readonly condition: PersonCondition;
  readonly gives: RuleRow["gives"];
  readonly leaves: readonly LiveLeaf[];
  /** Whether the rule holds, when it is known of each leaf. */
  readonly holds: (leafHolds: (leaf: LiveLeaf) => boolean) => boolean;
};

export type LiveTracker = { readonly id: string; readonly tracker: Tracker; readonly fillId: string | null };

/** What is counted and asked in a workspace, as of a version. */
export type LivePlan = {
  readonly version: string;
  readonly place: TrackerPlace;
  /** Those that others ask about first. */
  readonly rules: readonly LiveRule[];
  readonly classes: readonly PlanClass[];
  readonly computed: readonly PlanComputed[];
  readonly trackers: readonly LiveTracker[];
  readonly concerned: ReadonlyMap<string, ReadonlySet<string>>;
  /** Trackers that an event of a name may count for. */
  readonly listening: (name: string) => readonly LiveTracker[];
};

/** A tracker as it is kept: its canonical text says all that matters. */
export function trackerOfSpec(deps: Pick<LiveDeps, "privacy">, spec: Uint8Array): { readonly key: string; readonly tracker: Tracker } {
  const key = openText(deps.privacy, spec);
  return { key, tracker: readTracker(key) };
}

/** A rule's condition as it is given, with values in clear. */
export function openCondition(
  deps: { readonly privacy: Pick<LiveDeps["privacy"], "decryptPayload"> },
  sealed: Uint8Array,
): PersonCondition {
  // Read by the contract's schema before it was sealed.
  return JSON.parse(openText(deps.privacy, sealed)) as PersonCondition;
}

/** The condition that a rule is evaluated by: the same, with segments in place of leaves about all people. Values are in clear. */
export function askedCondition(
  deps: { readonly privacy: Pick<LiveDeps["privacy"], "decryptPayload"> },
  { condition, standings }: Pick<RuleRow, "condition" | "standings">,
): PersonCondition {
  return askingSegments(openCondition(deps, condition), standings);
}

/** The same with values as they are stored. */
export function storedCondition(deps: Pick<LiveDeps, "privacy">, workspaceId: number, sealed: Uint8Array): PersonCondition {
  return withStoredForms(openCondition(deps, sealed), (personalClass, value) => deps.privacy.tokenise(workspaceId, personalClass, value));
}

/** Whether a rule asks for traits. */
export function asksTraits(condition: PersonCondition): boolean {
  return leavesOf(condition).some((leaf) => "trait" in leaf);
}

/** Whether a rule asks for tags. */
export function asksTags(condition: PersonCondition): boolean {
  return leavesOf(condition).some((leaf) => "tag" in leaf);
}

/** Remembers the plan of each workspace for as long as its version stands. */
export type Plans = { readonly of: (tx: Tx, workspaceId: number, version: string) => Promise<LivePlan> };

export function createPlans(deps: LiveDeps): Plans {
  const known = new Map<number, LivePlan>();
  return {
    of: async (tx, workspaceId, version) => {
      const plan = known.get(workspaceId);
      if (plan?.version === version) return plan;
      const fresh = await loadPlan(deps, tx, workspaceId);
      known.set(workspaceId, fresh);
      return fresh;
    },
  };
}

async function loadPlan(deps: LiveDeps, tx: Tx, workspaceId: number): Promise<LivePlan> {
  const engine = await loadEngine(tx, workspaceId);
  if (engine === undefined) throw new Error(`workspace ${workspaceId} has no live segments`);
  const { version, place } = engine;
  const trackers = (await loadTrackers(tx, workspaceId)).map((row) => ({ ...row, ...trackerOfSpec(deps, row.spec) }));
  // While a tracker is counted anew, the one that was counted before serves.
  const ids = new Map(
    [...trackers.filter(({ fillId }) => fillId !== null), ...trackers.filter(({ fillId }) => fillId === null)].map(({ key, id }) => [
      key,
      id,
    ]),
  );
  const idOf = (key: string): string => ids.get(key) ?? "";
  const leafOf = leafFinder((leaf) => {
    const tracker = trackerOf(leaf, place);
    return { id: idOf(trackerKey(tracker)), kept: tracker.kept };
  });
  const rules = (await loadRules(tx, workspaceId)).map(({ segmentId, name, condition, standings, gives }) =>
    readyRule({ id: segmentId, name, condition: askingSegments(storedCondition(deps, workspaceId, condition), standings), gives }, leafOf),
  );
  // A circle is refused when a rule is saved.
  const ordered = inRuleOrder(rules) ?? rules;
  const classes = await loadPlanClasses(tx, workspaceId);
  const computed = await loadPlanComputed(deps, tx, workspaceId, { place, idOf });
  return {
    version,
    place,
    rules: ordered,
    classes,
    computed,
    trackers,
    concerned: rulesByTracker(ordered),
    listening: listeners(trackers),
  };
}

/** Finds the one leaf for all that say the same. */
export function leafFinder(countedBy: (leaf: BehaviourLeaf) => CountedBy): (leaf: PersonLeaf) => LiveLeaf {
  const known = new Map<string, LiveLeaf>();
  return (leaf) => {
    const text = JSON.stringify(leaf);
    const before = known.get(text);
    if (before !== undefined) return before;
    const counted = "did" in leaf || "sequence" in leaf ? { counted: { leaf, tracker: countedBy(leaf) } } : {};
    const found = { leaf, at: known.size, ...counted };
    known.set(text, found);
    return found;
  };
}

/** Makes a rule ready to be asked of many people. */
export function readyRule(rule: Pick<LiveRule, "id" | "name" | "condition" | "gives">, leafOf: (leaf: PersonLeaf) => LiveLeaf): LiveRule {
  const holds = foldCondition<PersonLeaf, LiveRule["holds"]>(rule.condition, {
    all: (parts) => (asked) => parts.every((part) => part(asked)),
    any: (parts) => (asked) => parts.some((part) => part(asked)),
    not: (part) => (asked) => !part(asked),
    leaf: (each) => {
      const leaf = leafOf(each);
      return (asked) => asked(leaf);
    },
  });
  return { ...rule, holds, leaves: [...new Set(leavesOf(rule.condition).map(leafOf))] };
}

/** For each tracker the rules that what it counts may matter to: those that ask for it, and those that ask about their segments. */
export function rulesByTracker(rules: readonly LiveRule[]): ReadonlyMap<string, ReadonlySet<string>> {
  const byTracker = new Map<string, Set<string>>();
  const trackers = new Set(rules.flatMap(({ leaves }) => leaves.flatMap(({ counted }) => counted?.tracker.id ?? [])));
  for (const id of trackers) {
    const concerned = new Set<string>();
    for (const rule of rules) {
      const asks = rule.leaves.some(
        ({ leaf, counted }) => counted?.tracker.id === id || ("segment" in leaf && concerned.has(leaf.segment)),
      );
      if (asks) concerned.add(rule.id);
    }
    byTracker.set(id, concerned);
  }
  return byTracker;
}

/** Names of virtual events stand for clicks. */
function listeners(trackers: readonly LiveTracker[]): LivePlan["listening"] {
  const byName = Map.groupBy(
    trackers.flatMap((one) => one.tracker.selectors.map(({ event }) => ({ one, event }))),
    ({ event }) => event,
  );
  const called = (name: string | null): readonly LiveTracker[] => (byName.get(name) ?? []).map(({ one }) => one);
  const clicks = trackers.filter(({ tracker }) => tracker.clicks !== undefined);
  const all = new Map<string, readonly LiveTracker[]>();
  return (name) => {
    let found = all.get(name);
    if (found === undefined) {
      const more = name === CLICK_EVENT ? clicks : [];
      found = [...new Set([...called(null), ...called(name), ...more])];
      if (all.size < NAMES_KNOWN_MAX) all.set(name, found);
    }
    return found;
  };
}

const NAMES_KNOWN_MAX = 10_000;
