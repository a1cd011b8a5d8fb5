import type { getFunnel } from "@terrace/contract/api/insight-funnel";
import type { Text } from "../../../app/i18n.ts";
import { eventWords, type Ground } from "../use-ground.ts";
import type { Answered, QueryOf } from "../frame/use-analysis.ts";

export type FunnelQuery = QueryOf<typeof getFunnel>;
export type FunnelAnswer = Answered<typeof getFunnel>;
export type FunnelStep = FunnelQuery["steps"][number];
export type FunnelExclusion = NonNullable<FunnelQuery["exclusions"]>[number];

/** What a step is called: its event, and the others that serve it too. */
export function stepName(step: FunnelStep | undefined, ground: Ground): string {
  if (step === undefined) return "";
  return [step, ...(step.or ?? [])].map(({ event }) => eventWords(event, ground)).join(" / ");
}

/** The time a funnel gives people: `14 天`. */
export function windowWords(window: FunnelQuery["window"], text: Text): string {
  const { value, unit } = window ?? { value: 14, unit: "day" };
  return text(`insight.span.${unit}`, { count: value });
}
