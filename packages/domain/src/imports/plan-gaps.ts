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

type Seen = { readonly plan: ImportPlan; readonly uses: readonly ColumnUse[]; readonly ids: number; readonly timeless: readonly PlanGap[] };

function kindGaps(plan: ImportPlan, uses: readonly ColumnUse[], hasTime: boolean): readonly PlanGap[] {
  return GAPS_OF[plan.kind]({ plan, uses, ids: uses.filter(({ as }) => as === "id").length, timeless: hasTime ? [] : ["time"] });
}

const unless = (isThere: boolean, gap: PlanGap): readonly PlanGap[] => (isThere ? [] : [gap]);
const isFigure = (use: ColumnUse): boolean =>
  use.as === "figure" && (use.field === "exposures" || use.field === "clicks" || use.field === "cost");

const GAPS_OF: Readonly<Record<ImportPlan["kind"], (seen: Seen) => readonly PlanGap[]>> = {
  people: ({ uses, ids }) => (ids === 0 ? ["id"] : unless(ids > 1 || uses.some(({ as }) => as === "trait" || as === "consent"), "kept")),
  events: ({ plan, uses, ids, timeless }) => [
    ...unless(ids > 0, "id"),
    ...timeless,
    ...unless(plan.eventName !== "" || uses.some(({ as }) => as === "event"), "event"),
  ],
  channels: ({ uses, timeless }) => [
    ...timeless,
    ...unless(
      uses.some((use) => use.as === "figure" && use.field === "channel"),
      "channel",
    ),
    ...unless(uses.some(isFigure), "figure"),
  ],
  orders: ({ uses, timeless }) => [
    ...unless(
      uses.some((use) => use.as === "order" && use.field === "order_id"),
      "order",
    ),
    ...timeless,
  ],
};

function consentGaps(plan: ImportPlan, uses: readonly ColumnUse[], hasTime: boolean): readonly PlanGap[] {
  const { kind, consentAt = "", zone } = plan;
  if (kind === "channels" || !uses.some(({ as }) => as === "consent")) return [];
  if (consentAt !== "" && timeReader("auto", zone)(consentAt) === undefined) return ["consent_at_unread"];
  const isTimed = consentAt !== "" || uses.some(({ as }) => as === "consent_time") || hasTime;
  return isTimed ? [] : ["consent_at"];
}
