import type { TraitDefinition, TraitMeasure, TraitSource, TraitValue } from "@terrace/domain/computed/definition";
import { selectsEvent, type EventFacts } from "@terrace/domain/conditions/matches-event";
import type { VirtualEvent } from "@terrace/domain/event/virtual-event";
import type { Json } from "@terrace/domain/json";
import { civilFromDays, dayAt, isoInstant, zoneClock } from "@terrace/domain/time/zoned-time";

type Place = { readonly nowMs: number; readonly zone: string; readonly virtuals: readonly VirtualEvent[] };

/** What a trait is by someone's whole history, the slow and obvious way: what live counters give must be the same. Numbers are small, texts are ASCII. */
export function reckonedByHistory(definition: TraitDefinition, history: readonly EventFacts[], place: Place): Json | undefined {
  const within = history.filter(({ timeMs }) => isWithin(definition, timeMs, place));
  if (definition.kind === "ratio") {
    const [part, whole] = [definition.part, definition.whole].map((measure) => measured(measure, chosen(measure.of, within, place)));
    if (whole === undefined || whole === 0) return undefined;
    const over = part ?? (["count", "sum", "distinct"].includes(definition.part.kind) ? 0 : undefined);
    return over === undefined ? undefined : rounded(over / whole);
  }
  return single(definition, chosen(definition.of, within, place), place);
}

type Single = Exclude<TraitDefinition, { readonly kind: "ratio" }>;

function single(definition: Single, events: readonly EventFacts[], place: Place): Json | undefined {
  switch (definition.kind) {
    case "first_value":
    case "last_value":
      return edgeValue(definition, events);
    case "first_time":
    case "last_time":
    case "days_since_first":
    case "days_since_last":
      return edgeTime(definition.kind, events, place);
    case "most_frequent":
    case "list":
      return frequent(definition, events);
    default: {
      const number = measured(definition, events);
      return number === undefined ? undefined : rounded(number);
    }
  }
}

function edgeValue({ kind, value, as }: Extract<Single, { readonly as: unknown }>, events: readonly EventFacts[]): Json | undefined {
  const values = events.flatMap((event) => {
    const found = as === "text" ? textIn(event, value) : numberIn(event, value);
    return found === undefined ? [] : [{ timeMs: event.timeMs, found }];
  });
  const sorted = values.toSorted((a, b) => a.timeMs - b.timeMs || (a.found < b.found ? -1 : Number(a.found > b.found)));
  return sorted.at(kind === "first_value" ? 0 : -1)?.found;
}

function edgeTime(kind: Single["kind"], events: readonly EventFacts[], place: Place): Json | undefined {
  const times = events.map(({ timeMs }) => timeMs).toSorted((a, b) => a - b);
  const time = times.at(kind === "days_since_first" || kind === "first_time" ? 0 : -1);
  if (time === undefined) return undefined;
  return kind.endsWith("time") ? isoInstant(time) : Math.max(0, dayOf(place.nowMs, place) - dayOf(time, place));
}

function frequent(
  definition: Extract<Single, { readonly kind: "most_frequent" | "list" }>,
  events: readonly EventFacts[],
): Json | undefined {
  const counts = new Map<string, { times: number; last: number }>();
  for (const event of events) {
    const text = textIn(event, definition.value);
    if (text === undefined) continue;
    const before = counts.get(text) ?? { times: 0, last: -Infinity };
    counts.set(text, { times: before.times + 1, last: Math.max(before.last, event.timeMs) });
  }
  if (counts.size === 0 || counts.size > 500) return undefined;
  const latest = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)).toSorted(([, a], [, b]) => b.last - a.last);
  if (definition.kind === "list") return latest.slice(0, definition.limit).map(([text]) => text);
  return latest.toSorted(([, a], [, b]) => b.times - a.times)[0]?.[0];
}

function chosen(source: TraitSource, events: readonly EventFacts[], { virtuals }: Place): readonly EventFacts[] {
  return events.filter((event) => selectsEvent(source, event, virtuals));
}

function measured(measure: TraitMeasure, events: readonly EventFacts[]): number | undefined {
  if (measure.kind === "count") return events.length === 0 ? undefined : events.length;
  if (measure.kind === "distinct") {
    const { value } = measure;
    const texts = new Set(events.flatMap((event) => anyTextIn(event, value) ?? []));
    return texts.size === 0 ? undefined : texts.size;
  }
  const numbers = events.flatMap((event) => numberIn(event, { property: measure.property }) ?? []);
  if (numbers.length === 0) return undefined;
  const sum = rounded(numbers.reduce((all, each) => all + each, 0));
  if (measure.kind === "sum") return sum;
  return measure.kind === "avg" ? sum / numbers.length : measure.kind === "min" ? Math.min(...numbers) : Math.max(...numbers);
}

function anyTextIn(event: EventFacts, value: TraitValue): string | undefined {
  const found = "column" in value ? event.context[value.column] : event.properties[value.property];
  if (found === undefined || found === null || typeof found === "object" || ("column" in value && found === "")) return undefined;
  return String(found);
}

function textIn(event: EventFacts, value: TraitValue): string | undefined {
  const text = anyTextIn(event, value);
  return text === undefined || /^~[a-z_]+\./.test(text) || text.length > 500 ? undefined : text;
}

function numberIn(event: EventFacts, value: TraitValue): number | undefined {
  const found = "column" in value ? undefined : event.properties[value.property];
  if (typeof found === "number") return found;
  return typeof found === "string" && /^-?\d+(\.\d+)?$/.test(found) ? Number(found) : undefined;
}

function isWithin({ within }: TraitDefinition, timeMs: number, place: Place): boolean {
  if (within === undefined) return true;
  const [day, today] = [dayOf(timeMs, place), dayOf(place.nowMs, place)];
  if ("days" in within) return day <= today && day > today - within.days;
  const [then, now] = [civilFromDays(day), civilFromDays(today)];
  const months = (date: ReturnType<typeof civilFromDays>): number => date.year * 12 + date.month;
  if (within.calendar === "this_year") return then.year === now.year;
  return months(then) === months(now) - (within.calendar === "last_month" ? 1 : 0);
}

function dayOf(timeMs: number, { zone }: Place): number {
  return dayAt(timeMs, zoneClock(zone));
}

/** To whole millionths, halves upwards. */
function rounded(number: number): number {
  return Math.floor(number * 1e6 + 0.5) / 1e6;
}
