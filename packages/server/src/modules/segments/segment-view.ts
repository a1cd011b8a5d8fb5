import { figureSchema, type SegmentView } from "@terrace/contract/api/segments";
import { DEFAULT_SCHEDULE } from "@terrace/domain/segments/standing";
import type { z } from "zod";
import { openText, sealText } from "../../platform/sealed-text.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { openCondition } from "./live/live-plan.ts";
import type { RuleState } from "./live/rule.store.ts";
import type { SegmentRow } from "./segment.store.ts";

export type Figure = z.output<typeof figureSchema>;
export type SegmentCipher = Pick<PrivacyModule, "encryptPayload" | "decryptPayload">;

/** The figure that a segment is made from, as it is stored: queries can hold personal values. */
export function sealFigure(cipher: SegmentCipher, figure: Figure): Uint8Array {
  return sealText(cipher, JSON.stringify(figure));
}

/** A segment as the API shows it. */
export function segmentView(cipher: SegmentCipher, row: SegmentRow, rule: RuleState | undefined): SegmentView {
  const { id, name, kind, size, createdBy } = row;
  return {
    id,
    name,
    kind,
    madeFrom: row.madeFrom === null ? null : figureSchema.parse(JSON.parse(openText(cipher, row.madeFrom))),
    rule: rule === undefined || rule.combination !== null ? null : openCondition({ privacy: cipher }, rule.condition),
    combination: rule?.combination == null ? null : { op: rule.combination.op, of: [...rule.combination.of] },
    live: rule === undefined ? null : liveView(rule),
    size,
    createdAt: row.createdAt.toISOString(),
    createdBy,
    archivedAt: row.archivedAt?.toISOString() ?? null,
    ready: row.copiedAt !== null,
  };
}

/** How fresh a rule is. */
export function liveView(rule: RuleState): NonNullable<SegmentView["live"]> {
  const { stage, wantsBuild, builtAt, changedAt, lags, reckoned, schedule } = rule;
  const sorted = lags.toSorted((a, b) => a - b);
  const [lastMs, p99Ms] = [lags.at(-1), sorted[Math.ceil(sorted.length * 0.99) - 1]];
  return {
    stage: stage === "filling" && wantsBuild ? "building" : stage,
    builtAt: builtAt?.toISOString() ?? null,
    changedAt: changedAt?.toISOString() ?? null,
    lag: lastMs === undefined || p99Ms === undefined ? null : { lastMs, p99Ms },
    scheduled: reckoned === null ? null : { schedule: schedule ?? DEFAULT_SCHEDULE, ...instantsOf(reckoned) },
  };
}

function instantsOf({ asOf, nextAt, failedAt, lagMs }: NonNullable<RuleState["reckoned"]>) {
  const iso = (instant: string | null): string | null => (instant === null ? null : new Date(instant).toISOString());
  return { asOf: iso(asOf), nextAt: new Date(nextAt).toISOString(), failedAt: iso(failedAt), lagMs };
}
