import { BUCKETS } from "../assignment/bucket.ts";
import { foldCondition, type EventCondition, type EventLeaf } from "../conditions/condition.ts";
import { isTold } from "../event/segment-events.ts";
import { segmentFaults } from "./check-entry.ts";
import {
  NEXT,
  OTHERWISE,
  TIMEOUT,
  WAIT_DAYS_MAX,
  type BranchNode,
  type JourneyDefinition,
  type JourneyNode,
  type MessageNode,
  type SplitNode,
  type WaitLength,
} from "./journey-definition.ts";
import type { JourneyFault, JourneyMend } from "./journey-faults.ts";
import type { JourneyReferences } from "./journey-references.ts";

type ToFault = (mend: JourneyMend, field: string, values?: JourneyFault["values"]) => JourneyFault;

/** What is wrong with what a node does, whatever hangs on it. */
export function checkNode(node: JourneyNode, definition: JourneyDefinition, known: JourneyReferences): readonly JourneyFault[] {
  const fault: ToFault = (mend, field, values = {}) => ({ mend, node: node.id, field, values });
  return [
    ...yetFaults(node, known, fault),
    ...armsFaults(node, fault),
    ...lengthFaults(node, fault),
    ...ownFaults(node, definition, known, fault),
  ];
}

function yetFaults(node: JourneyNode, { carriedOut }: JourneyReferences, fault: ToFault): readonly JourneyFault[] {
  if (carriedOut === undefined) return [];
  return [
    ...(carriedOut.has(node.kind) ? [] : [fault("notYet", "kind")]),
    ...(node.kind === "split" && node.winner !== null && !carriedOut.has("winner") ? [fault("notYet", "winner")] : []),
  ];
}

function armsFaults(node: JourneyNode, fault: ToFault): readonly JourneyFault[] {
  return "arms" in node ? keyFaults(node.arms, { min: node.kind === "split" ? 2 : 1, fault }) : [];
}

function ownFaults(node: JourneyNode, definition: JourneyDefinition, known: JourneyReferences, fault: ToFault): readonly JourneyFault[] {
  switch (node.kind) {
    case "message":
      return messageFaults(node, known, fault);
    case "branch":
      return branchFaults(node, known, fault);
    case "split":
      return splitFaults(node, definition, fault);
    case "trait":
      return Object.keys(node.traits).length === 0 ? [fault("nothingSet", "traits")] : [];
    case "tag":
      return tagFaults(node, fault);
    case "emit":
      return node.event.startsWith("$") || isTold(node.event) ? [fault("eventReserved", "event")] : [];
    default:
      return [];
  }
}

function messageFaults({ template, channel, purpose }: MessageNode, known: JourneyReferences, fault: ToFault): readonly JourneyFault[] {
  const of = known.templates?.get(template);
  const templateFault = (): readonly JourneyFault[] => {
    if (template === "") return [fault("templateMissing", "template")];
    if (known.templates === undefined) return [];
    if (of === undefined) return [fault("templateUnknown", "template", { template })];
    return of === channel ? [] : [fault("templateChannel", "template", { channel: of })];
  };
  const isUnknown = purpose !== null && known.purposes?.has(purpose) === false;
  return [...templateFault(), ...(isUnknown ? [fault("purposeUnknown", "purpose", { purpose })] : [])];
}

const MINUTES = { minute: 1, hour: 60, day: 1_440, week: 10_080 } as const;

function lengthFaults(node: JourneyNode, fault: ToFault): readonly JourneyFault[] {
  const [field, length] = lengthOf(node);
  if (length === undefined) return [];
  const minutes = length.amount * MINUTES[length.unit];
  if (minutes < 1) return [fault("waitTooShort", field, { min: 1 })];
  return minutes > WAIT_DAYS_MAX * MINUTES.day ? [fault("waitTooLong", field, { max: WAIT_DAYS_MAX })] : [];
}

function lengthOf(node: JourneyNode): readonly [string, WaitLength | undefined] {
  if (node.kind === "events") return ["timeout", node.timeout];
  if (node.kind === "task") return ["due", node.due];
  return ["until.length", node.kind === "wait" && node.until.kind === "duration" ? node.until.length : undefined];
}

const RESERVED: readonly string[] = [NEXT, OTHERWISE, TIMEOUT];

function keyFaults(
  arms: readonly { readonly key: string }[],
  { min, fault }: { readonly min: number; readonly fault: ToFault },
): readonly JourneyFault[] {
  if (arms.length < min) return [fault("armsFew", "arms", { min })];
  const seen = new Set<string>();
  return arms.flatMap(({ key }, at) => {
    if (RESERVED.includes(key)) return [fault("armReserved", `arms.${at}.key`, { arm: key })];
    if (seen.has(key)) return [fault("armTwice", `arms.${at}.key`, { arm: key })];
    seen.add(key);
    return [];
  });
}

function branchFaults({ arms }: BranchNode, known: JourneyReferences, fault: ToFault): readonly JourneyFault[] {
  return arms.flatMap(({ condition, where }, at) => [
    ...(condition === null && where === null ? [fault("armAsksNothing", `arms.${at}.condition`)] : []),
    ...(where === null || !asksColumn(where) ? [] : [fault("columnNotKept", `arms.${at}.where`)]),
    ...segmentFaults(condition, known, (segment) => fault("segmentUnknown", `arms.${at}.condition`, { segment })),
  ]);
}

/** Whether something else than properties is asked for, which nobody keeps. */
function asksColumn(where: EventCondition): boolean {
  const any = (parts: readonly boolean[]): boolean => parts.some(Boolean);
  return foldCondition<EventLeaf, boolean>(where, { all: any, any, not: (part) => part, leaf: (leaf) => "column" in leaf });
}

function splitFaults({ arms, winner }: SplitNode, { goal }: JourneyDefinition, fault: ToFault): readonly JourneyFault[] {
  const sum = arms.reduce((all, { share }) => all + share, 0);
  return [
    ...(sum === BUCKETS ? [] : [fault("sharesNotWhole", "arms", { sum: sum / 100 })]),
    ...(winner !== null && goal === null ? [fault("winnerWithoutGoal", "winner")] : []),
  ];
}

function tagFaults({ add, remove }: JourneyNode & { readonly kind: "tag" }, fault: ToFault): readonly JourneyFault[] {
  if (add.length + remove.length === 0) return [fault("nothingSet", "add")];
  return add.filter((tag) => remove.includes(tag)).map((tag) => fault("tagBoth", "remove", { tag }));
}
