import type { FlagDefinition } from "./flag.ts";

/** Flags that a definition presupposes, in any environment. */
export function presupposed({ prerequisites, environments }: Pick<FlagDefinition, "prerequisites" | "environments">): ReadonlySet<string> {
  const ofRules = Object.values(environments).flatMap(({ rules }) => rules.flatMap((rule) => rule.prerequisites));
  return new Set([...prerequisites, ...ofRules].map(({ flag }) => flag));
}

/** A way from a flag back to itself over what each presupposes, beginning and ending with it; undefined when there is none. */
export function cycleFrom(flag: string, presupposes: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] | undefined {
  const seen = new Set<string>();
  const ways: (readonly string[])[] = [[flag]];
  for (let way = ways.pop(); way !== undefined; way = ways.pop()) {
    for (const next of presupposes.get(way.at(-1) ?? flag) ?? []) {
      if (next === flag) return [...way, flag];
      if (seen.has(next)) continue;
      seen.add(next);
      ways.push([...way, next]);
    }
  }
  return undefined;
}
