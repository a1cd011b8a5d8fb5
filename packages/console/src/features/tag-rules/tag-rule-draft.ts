import { TAG_DAYS_MAX, type createTagRule, type TagKeep, type TagRuleView } from "@terrace/contract/api/tag-rules";
import type { Condition } from "@terrace/domain/conditions/condition";
import type { z } from "zod";
import { readDraft } from "../segments/rule/rule-draft.ts";

/** How long a rule keeps its tag on somebody, as it is chosen. */
export const KEEPS = ["while", "days", "forever"] as const;
export type KeepKind = (typeof KEEPS)[number];
const DAYS_TO_BEGIN_WITH = 30;

/** A tag rule being put together. The number of days stays while another keeping is looked at. */
export type TagRuleDraft = {
  readonly tag: string;
  readonly name: string;
  readonly rule: Condition | undefined;
  readonly keep: KeepKind;
  readonly days: number | null;
};

export function newTagRule(): TagRuleDraft {
  return { tag: "", name: "", rule: undefined, keep: "while", days: DAYS_TO_BEGIN_WITH };
}

/** A rule there is, to change. */
export function draftOf({ tag, name, rule, keep }: Pick<TagRuleView, "tag" | "name" | "rule" | "keep">): TagRuleDraft {
  return { tag, name, rule, keep: keepKind(keep), days: typeof keep === "string" ? DAYS_TO_BEGIN_WITH : keep.days };
}

export function keepKind(keep: TagKeep): KeepKind {
  return typeof keep === "string" ? keep : "days";
}

function keepOf({ keep, days }: TagRuleDraft): TagKeep | undefined {
  if (keep !== "days") return keep;
  return days === null || !Number.isInteger(days) || days < 1 || days > TAG_DAYS_MAX ? undefined : { days };
}

/** What is sent to make or change it; undefined while something is missing. A rule without a name is called as its tag. */
export function bodyOf(draft: TagRuleDraft): z.input<typeof createTagRule.body> | undefined {
  const tag = draft.tag.trim();
  const read = readDraft(draft.rule);
  const keep = keepOf(draft);
  if (tag === "" || keep === undefined || read.state !== "ready") return undefined;
  const name = draft.name.trim();
  return { tag, name: name === "" ? tag : name, rule: read.rule, keep };
}
