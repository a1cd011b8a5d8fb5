import type { JourneyDetail } from "@terrace/contract/api/journeys";
import { useText } from "../../app/i18n.ts";
import { useConditionLines } from "../conditions/ConditionText.tsx";
import { useSegmentNameOf } from "../conditions/use-segments.ts";
import { useTraitNames } from "../computed/use-trait-names.ts";
import { useEventNames } from "../events/use-event-names.ts";

type Definition = JourneyDetail["definition"];
type Entry = Definition["entry"];
type EventEntry = Extract<Entry, { readonly kind: "event" }>;
type Selector = NonNullable<Definition["goal"]>["on"];

/** Puts an event that a journey listens to into words: its name, and what is asked of it. */
export function useSelectorWords(): (selector: Selector) => string {
  const text = useText();
  const { nameOf } = useEventNames();
  const lines = useConditionLines();
  return ({ event, where }) => {
    const name = event === null ? text("condition.anyEvent") : nameOf(event);
    return where === undefined ? name : text("journeys.narrowed", { event: name, where: inLine(lines(where)) });
  };
}

/** Puts into words who comes into a journey, and when. */
export function useEntryWords(): (entry: Entry) => string {
  const text = useText();
  const selectorWords = useSelectorWords();
  const segmentName = useSegmentNameOf();
  const traitName = useTraitNames();
  const lines = useConditionLines();
  const eventWords = (entry: EventEntry): string => {
    if (entry.on.event === null && entry.on.where === undefined) return text("journeys.entry.unnamed");
    const event = selectorWords(entry.on);
    return entry.keyedBy === null
      ? text(`journeys.entry.${entry.times}`, { event })
      : text("journeys.entry.keyed", { event, key: entry.keyedBy });
  };
  const words = (entry: Entry): string => {
    switch (entry.kind) {
      case "event":
        return eventWords(entry);
      case "segment":
        return text(`journeys.entry.${entry.change}`, { segment: segmentName(entry.segment) });
      case "schedule": {
        const { when, segment } = entry;
        const time = when.kind === "once" ? when.at.replace("T", " ") : when.cron;
        return text(when.kind === "once" ? "journeys.entry.atOnce" : "journeys.entry.cron", { segment: segmentName(segment), time });
      }
      case "date": {
        const { trait, offsetDays: days, at: time, yearly } = entry;
        const said = text(`journeys.entry.${dayWord(days)}`, { trait: traitName(trait), count: Math.abs(days), time });
        return yearly ? text("journeys.entry.yearly", { said }) : said;
      }
      case "api":
        return text("journeys.entry.api");
    }
  };
  return (entry) =>
    entry.condition === null
      ? words(entry)
      : text("journeys.entry.only", { said: words(entry), condition: inLine(lines(entry.condition)) });
}

function dayWord(days: number): "onDay" | "before" | "after" {
  if (days === 0) return "onDay";
  return days < 0 ? "before" : "after";
}

function inLine(lines: readonly { readonly words: string }[]): string {
  return lines.map(({ words }) => words).join(" · ");
}
