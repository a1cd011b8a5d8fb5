export type DayGroup<Event> = { readonly day: string; readonly events: readonly Event[] };

/** Groups events, already newest first, by calendar day. */
export function groupByDay<Event extends { readonly time: string }>(
  events: readonly Event[],
  dayOf: (time: string) => string,
): readonly DayGroup<Event>[] {
  const groups: { day: string; events: Event[] }[] = [];
  for (const event of events) {
    const day = dayOf(event.time);
    const last = groups.at(-1);
    if (last?.day === day) last.events.push(event);
    else groups.push({ day, events: [event] });
  }
  return groups;
}
