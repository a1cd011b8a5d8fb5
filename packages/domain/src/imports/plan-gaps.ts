import { parseUse, type ColumnUse } from "./column-use.ts";
import type { ImportPlan } from "./import-plan.ts";
import { timeReader } from "./time-format.ts";

/** What a plan still lacks, by what would mend it. */
export type PlanGap = "id" | "kept" | "time" | "event" | "channel" | "figure" | "order" | "consent_at" | "consent_at_unread";

/** What is missing before the rows of a file can be imported; empty when nothing is. Says in words what `readMapping` would refuse. */
export function planGaps(plan: ImportPlan): readonly PlanGap[] {
  const uses = plan.columns.flatMap(({ use }) => parseUse(use) ?? []);
  const has = (test: (use: ColumnUse) => boolean): boolean => uses.some(test);
  const hasTime = has(({ as }) => as === "time" || as === "else_time");
  return [...kindGaps(plan, uses, hasTime), ...consentGaps(plan, uses, hasTime)];
}

function kindGaps({ kind, eventName }: ImportPlan, uses: readonly ColumnUse[], hasTime: boolean): readonly PlanGap[] {
  const has = (test: (use: ColumnUse) => boolean): boolean => uses.some(test);
  const ids = uses.filter(({ as }) => as === "id").length;
  const timeless: readonly PlanGap[] = hasTime ? [] : ["time"];
  switch (kind) {
    case "people": {
      const isKept = ids > 1 || has(({ as }) => as === "trait" || as === "consent");
      return ids === 0 ? ["id"] : isKept ? [] : ["kept"];
    }
    case "events": {
      const isNamed = eventName !== "" || has(({ as }) => as === "event");
      return [...(ids === 0 ? (["id"] as const) : []), ...timeless, ...(isNamed ? [] : (["event"] as const))];
    }
    case "channels": {
      const isFigure = has((use) => use.as === "figure" && ["exposures", "clicks", "cost"].includes(use.field));
      const isChannel = has((use) => use.as === "figure" && use.field === "channel");
      return [...timeless, ...(isChannel ? [] : (["channel"] as const)), ...(isFigure ? [] : (["figure"] as const))];
    }
    case "orders":
      return [...(has((use) => use.as === "order" && use.field === "order_id") ? [] : (["order"] as const)), ...timeless];
  }
}

function consentGaps(plan: ImportPlan, uses: readonly ColumnUse[], hasTime: boolean): readonly PlanGap[] {
  const { kind, consentAt = "", zone } = plan;
  if (kind === "channels" || !uses.some(({ as }) => as === "consent")) return [];
  if (consentAt !== "" && timeReader("auto", zone)(consentAt) === undefined) return ["consent_at_unread"];
  const isTimed = consentAt !== "" || uses.some(({ as }) => as === "consent_time") || hasTime;
  return isTimed ? [] : ["consent_at"];
}
