import type { ExperimentView } from "@terrace/contract/api/experiments";
import { shareOut } from "@terrace/domain/insight/commerce/share-out";
import type { Rule } from "../flag-parts.ts";

export type ExperimentRule = Extract<Rule, { kind: "experiment" }>;
const WHOLE = 10_000;

/**
 * The rule with the key of an experiment and an arm for each of its variants, in their order and by their weights. What an arm gives the experiment does not know:
 * an arm of the same key keeps its value, another one has that of the arm in its place. Ids named for arms that go are named no more.
 */
export function ofExperiment(rule: ExperimentRule, { key, definition }: Pick<ExperimentView, "key" | "definition">): ExperimentRule {
  const { variants } = definition;
  const shares = shareOut(
    WHOLE,
    variants.map(({ weight }) => weight),
  );
  const arms = variants.map((variant, at) => {
    const same = rule.arms.find((arm) => arm.key === variant.key) ?? rule.arms[at] ?? rule.arms.at(-1);
    return { key: variant.key, name: variant.name, value: same?.value ?? null, weight: shares[at] ?? 0 };
  });
  return { ...rule, experiment: key, arms, named: rule.named.filter(({ arm }) => arms.some((one) => one.key === arm)) };
}
