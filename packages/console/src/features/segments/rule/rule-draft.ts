import type { Condition, PersonCondition } from "@terrace/domain/conditions/condition";
import { readPersonCondition } from "@terrace/domain/conditions/read-condition";
import type { Fault } from "@terrace/domain/result";
import { draftGaps } from "../../conditions/draft-gaps.ts";

/** A rule being put together: what can be saved of it, or why nothing can. */
export type RuleDraft =
  | { readonly state: "empty" }
  | { readonly state: "gaps"; readonly count: number }
  | { readonly state: "invalid"; readonly fault: Fault }
  | { readonly state: "ready"; readonly rule: PersonCondition };

/** Reads what the builder holds, by the language's own reader. Choices that are still open are no faults. */
export function readDraft(draft: Condition | undefined): RuleDraft {
  if (draft === undefined) return { state: "empty" };
  const gaps = draftGaps(draft);
  if (gaps > 0) return { state: "gaps", count: gaps };
  const read = readPersonCondition(draft, "rule");
  return read.ok ? { state: "ready", rule: read.value } : { state: "invalid", fault: read.fault };
}

/** A rule typed as JSON: the rule, where the text stops being JSON, or why it is no rule. */
export type TypedRule = { readonly rule: PersonCondition } | { readonly fault: Fault } | { readonly notJson: string };

/** Reads a rule that was typed as JSON. */
export function readTyped(text: string): TypedRule {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { notJson: error instanceof Error ? error.message : String(error) };
  }
  const read = readPersonCondition(json, "rule");
  return read.ok ? { rule: read.value } : { fault: read.fault };
}
