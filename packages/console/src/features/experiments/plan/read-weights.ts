import { VARIANTS_MAX } from "@terrace/contract/api/insight-experiment";

const WEIGHT_MAX = 10_000;

/** Weights as somebody writes them: `1 : 1`, `50, 50`; undefined where they are no weights of two variants or more. */
export function readWeights(written: string): number[] | undefined {
  const parts = written
    .trim()
    .split(/[\s:：,，/]+/)
    .filter((part) => part !== "");
  const weights = parts.map(Number);
  const isRight = weights.every((weight) => Number.isInteger(weight) && weight >= 1 && weight <= WEIGHT_MAX);
  return isRight && weights.length >= 2 && weights.length <= VARIANTS_MAX ? weights : undefined;
}
