import { SEGMENT_IDS_MAX, type createSegment } from "@terrace/contract/api/segments";
import type { Condition } from "@terrace/domain/conditions/condition";
import { conditionKind } from "@terrace/domain/conditions/condition-kind";
import type { StandingSchedule } from "@terrace/domain/segments/standing";
import type { Combination } from "@terrace/domain/segments/combination";
import type { z } from "zod";
import type { EstimateQuestion } from "../estimate/use-estimate.ts";
import { readIds } from "../ids-list.ts";
import type { IdsDraft } from "../ListEditor.tsx";
import { readDraft } from "../rule/rule-draft.ts";

/** The kinds that can be made here; snapshots come from figures. */
export const KINDS = ["rule", "list", "combination"] as const;

/** A segment being put together; what was chosen for one kind stays while another is looked at. */
export type SegmentDraft = {
  readonly kind: (typeof KINDS)[number];
  readonly name: string;
  readonly rule: Condition | undefined;
  readonly ids: IdsDraft;
  readonly combination: Combination;
  /** When people are compared with everyone; undefined: when nothing else is said. */
  readonly schedule: StandingSchedule | undefined;
};

export function newDraft(): SegmentDraft {
  return {
    kind: "rule",
    name: "",
    rule: undefined,
    ids: { identity: "user_id", typed: "" },
    combination: { op: "union", of: [] },
    schedule: undefined,
  };
}

const COMBINED_MIN = 2;

/** What can be estimated of it; undefined while something is missing. */
export function questionOf({ kind, rule, combination }: SegmentDraft): EstimateQuestion | undefined {
  if (kind === "combination") return combination.of.length < COMBINED_MIN ? undefined : { combination: writable(combination) };
  const read = readDraft(rule);
  return kind === "rule" && read.state === "ready" ? { rule: read.rule } : undefined;
}

/** What is sent to make it; undefined while something is missing. */
export function bodyOf(draft: SegmentDraft): z.input<typeof createSegment.body> | undefined {
  const name = draft.name.trim();
  if (name === "") return undefined;
  if (draft.kind === "list") {
    const values = [...readIds(draft.ids.typed)];
    return values.length === 0 || values.length > SEGMENT_IDS_MAX ? undefined : { name, list: { identity: draft.ids.identity, values } };
  }
  const question = questionOf(draft);
  return question === undefined ? undefined : { name, ...question, ...scheduleOf(draft) };
}

/** Whether the rule compares people with everyone, so that it has a schedule. */
export function isScheduled(draft: SegmentDraft): boolean {
  const question = questionOf(draft);
  return question !== undefined && "rule" in question && conditionKind(question.rule) === "population";
}

/** The schedule that is sent, if there is a use for one. */
export function scheduleOf(draft: SegmentDraft): { readonly schedule?: StandingSchedule } {
  return draft.schedule !== undefined && isScheduled(draft) ? { schedule: draft.schedule } : {};
}

/** A combination as a body takes it. */
export function writable({ op, of }: Combination): { op: Combination["op"]; of: string[] } {
  return { op, of: [...of] };
}
