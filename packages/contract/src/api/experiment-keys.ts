import { z } from "zod";

/** What keys of experiments and variants are made of, wherever they are named: in experiments, in rules of flags and in exposures. */
const SIGNS = "[A-Za-z0-9_.:-]";
export const VARIANT_KEY_MAX = 64;
export const EXPERIMENT_KEY_MAX = 64;
/** Rules could name longer keys before experiments were kept; these stay readable. */
export const RULE_EXPERIMENT_KEY_MAX = 100;

const keyOf = (most: number) =>
  z.string().regex(new RegExp(`^${SIGNS}{1,${most}}$`), `Use up to ${most} letters, digits, dots, colons, dashes and underscores`);

export const variantKeySchema = keyOf(VARIANT_KEY_MAX);
export const experimentKeySchema = keyOf(EXPERIMENT_KEY_MAX);
export const ruleExperimentKeySchema = keyOf(RULE_EXPERIMENT_KEY_MAX);
