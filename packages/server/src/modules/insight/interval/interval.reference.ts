import { inOrder, type ReferenceEvent } from "../sequence/reference-event.ts";

/** Slow and obvious: every interval with its person, ms. */
export function referenceIntervals(
  plan: {
    readonly fromMs: number;
    readonly toMs: number;
    readonly start: string;
    readonly end: string;
    readonly hold: string | undefined;
    readonly withinMs: number | undefined;
  },
  events: readonly ReferenceEvent[],
): readonly { readonly person: string; readonly took: number }[] {
  const found: { person: string; took: number }[] = [];
  const lineOf = ({ person, properties }: ReferenceEvent): string =>
    `${person} ${plan.hold === undefined ? "-" : String(properties[plan.hold] ?? "")}`;
  const within = events.filter(({ atMs }) => atMs >= plan.fromMs && atMs < plan.toMs);
  for (const line of new Set(within.map(lineOf))) {
    if (line.endsWith(" ")) continue;
    let begun: ReferenceEvent | undefined;
    for (const event of inOrder(within.filter((each) => lineOf(each) === line))) {
      if (event.name === plan.end && begun !== undefined) {
        found.push({ person: event.person, took: event.atMs - begun.atMs });
        begun = undefined;
      }
      if (event.name === plan.start) begun = event;
    }
  }
  return found.filter(({ took }) => plan.withinMs === undefined || took <= plan.withinMs);
}
