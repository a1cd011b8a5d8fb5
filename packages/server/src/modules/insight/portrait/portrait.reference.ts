import type { PeopleEvent, PeopleTraits } from "./people-analyses.reference.ts";

/** Who has which value of what: the name of a trait or of a field of the context, and the people by the text of their value. */
export type Facts = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<number>>>;

const TOKEN = /^~[a-z_]{2,12}\.[\w-]{22}$/;

/** Slow and obvious: what everyone has at each trait; a list as each of its elements, no objects, no tokens. */
export function traitFacts(traits: PeopleTraits): Facts {
  const facts = new Map<string, Map<string, Set<number>>>();
  for (const [person, own] of traits)
    for (const [name, value] of Object.entries(own))
      for (const element of Array.isArray(value) ? (value as unknown[]) : [value]) {
        if (!["string", "number", "boolean"].includes(typeof element) || TOKEN.test(String(element))) continue;
        note(facts, { name, value: String(element), person });
      }
  return facts;
}

/** The first and the last channel that everyone had, by time, then by text. */
export function channelFacts(events: readonly PeopleEvent[]): Facts {
  const facts = new Map<string, Map<string, Set<number>>>();
  for (const person of new Set(events.map((event) => event.person))) {
    const own = events.filter((event) => event.person === person && event.channel !== "");
    const byText = own.toSorted((a, b) => (a.channel < b.channel ? -1 : 1));
    const first = byText.toSorted((a, b) => a.timeMs - b.timeMs)[0];
    const last = byText.toSorted((a, b) => b.timeMs - a.timeMs)[0];
    if (first !== undefined) note(facts, { name: "first", value: first.channel, person });
    if (last !== undefined) note(facts, { name: "last", value: last.channel, person });
  }
  return facts;
}

function note(
  facts: Map<string, Map<string, Set<number>>>,
  { name, value, person }: { readonly name: string; readonly value: string; readonly person: number },
): void {
  const values = facts.get(name) ?? new Map<string, Set<number>>();
  const people = values.get(value) ?? new Set<number>();
  facts.set(name, values.set(value, people.add(person)));
}
