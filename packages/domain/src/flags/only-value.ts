import { canonicalJson } from "../canonical-json.ts";
import type { Standings } from "../experiments/standing.ts";
import type { Json } from "../json.ts";
import { compileFlag, nextChange, type StandingFlag } from "./compile-flag.ts";
import type { Feature } from "./feature.ts";
import type { FlagRule, Instant } from "./flag.ts";

/**
 * The one value that a flag gives to everyone, in all environments where it is on (where it is on nowhere: its off value), now and until it is changed; undefined
 * when it tells people, environments or times apart, or will once an experiment is started or decided.
 */
export function onlyValue(flag: StandingFlag, now: Instant, standings: Standings): { readonly value: Json } | undefined {
  const { environments, offValue, prerequisites } = flag.definition;
  if (prerequisites.length > 0 && !flag.killed) return undefined;
  const keys = Object.keys(environments).filter((key) => environments[key]?.on === true);
  if (flag.killed || keys.length === 0) return { value: offValue };
  if (keys.some((key) => nextChange(flag.definition, key, now) !== null)) return undefined;
  if (keys.some((key) => environments[key]?.rules.some((rule) => rule.on && isToSpeak(rule, standings)))) return undefined;
  const values = keys.map((key) => valueForAll(compileFlag(flag, key, now, standings)));
  const [first] = values;
  return first !== undefined && values.every((value) => value !== undefined && canonicalJson(value.value) === canonicalJson(first.value))
    ? first
    : undefined;
}

/** Whether an experiment is still to say what the rule gives: by its start, or by what is decided. */
function isToSpeak(rule: FlagRule, standings: Standings): boolean {
  const standing = rule.kind === "experiment" ? standings.get(rule.experiment) : undefined;
  return standing?.state === "draft" || standing?.isUndecided === true;
}

/** The value in one environment, when all that could be given are the same. */
function valueForAll({ rules = [], defaultValue }: Feature): { readonly value: Json } | undefined {
  const given: Json[] = [];
  for (const rule of rules) {
    if ("variations" in rule) return undefined;
    const isNobody = rule.range !== undefined && rule.range[1] <= rule.range[0];
    if (isNobody) continue;
    given.push(rule.force);
    const asksNothing = rule.condition === undefined && rule.parentConditions === undefined;
    // What takes everyone in leaves nothing to the rules after it; a full rollout leaves those without an id.
    if (asksNothing && rule.range === undefined) return allSame(given);
  }
  return allSame([...given, defaultValue]);
}

function allSame([first, ...more]: readonly Json[]): { readonly value: Json } | undefined {
  if (first === undefined) return undefined;
  return more.every((value) => canonicalJson(value) === canonicalJson(first)) ? { value: first } : undefined;
}
