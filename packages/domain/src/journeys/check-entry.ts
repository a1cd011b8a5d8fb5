import type { PersonCondition } from "../conditions/condition.ts";
import { segmentsIn } from "../segments/rule-order.ts";
import { dayOfIso, isTimeZone } from "../time/zoned-time.ts";
import type { JourneyDefinition, JourneyEntry, ScheduleWhen } from "./journey-definition.ts";
import type { JourneyFault, JourneyMend } from "./journey-faults.ts";
import type { JourneyReferences } from "./journey-references.ts";

/** What is wrong with who comes in, who goes out, and what the journey is for. */
export function checkEntry(definition: JourneyDefinition, known: JourneyReferences): readonly JourneyFault[] {
  const { entry, exits, purpose } = definition;
  const fault = (mend: JourneyMend, field: string, values: JourneyFault["values"] = {}): JourneyFault => ({
    mend,
    node: null,
    field,
    values,
  });
  return [
    ...(known.carriedOut?.has(entry.kind) === false ? [fault("notYet", "entry.kind")] : []),
    ...entryFaults(definition, known, fault),
    ...segmentFaults(entry.condition, known, (segment) => fault("segmentUnknown", "entry.condition", { segment })),
    ...exits.flatMap((rule, at) =>
      "condition" in rule
        ? segmentFaults(rule.condition, known, (segment) => fault("segmentUnknown", `exits.${at}.condition`, { segment }))
        : [],
    ),
    ...(known.purposes?.has(purpose) === false ? [fault("purposeUnknown", "purpose", { purpose })] : []),
  ];
}

/** A fault for each segment of a condition that is not there. */
export function segmentFaults(
  condition: PersonCondition | null,
  { segments }: JourneyReferences,
  fault: (segment: string) => JourneyFault,
): readonly JourneyFault[] {
  if (condition === null || segments === undefined) return [];
  return [...segmentsIn(condition)].filter((id) => !segments.has(id)).map(fault);
}

type ToFault = (mend: JourneyMend, field: string, values?: JourneyFault["values"]) => JourneyFault;

function entryFaults({ entry, reentry }: JourneyDefinition, known: JourneyReferences, fault: ToFault): readonly JourneyFault[] {
  switch (entry.kind) {
    case "event":
      return [
        ...(entry.on.event === null ? [fault("anyEvent", "entry.on.event")] : []),
        ...(entry.times === "once" && entry.keyedBy !== null ? [fault("keyWithoutEvery", "entry.keyedBy")] : []),
        ...(entry.times === "once" && reentry.kind !== "never" ? [fault("reentryOnce", "reentry")] : []),
      ];
    case "segment":
      return ownSegment(entry, known, fault, true);
    case "schedule":
      return [...ownSegment(entry, known, fault, false), ...whenFaults(entry.when, known, fault)];
    default:
      return [];
  }
}

function ownSegment(
  { segment }: JourneyEntry & { readonly segment: string },
  { segments }: JourneyReferences,
  fault: ToFault,
  live: boolean,
): readonly JourneyFault[] {
  if (segments === undefined) return [];
  const found = segments.get(segment);
  if (found === undefined) return [fault("segmentUnknown", "entry.segment", { segment })];
  return live && !found.live ? [fault("segmentNotLive", "entry.segment")] : [];
}

function whenFaults(when: ScheduleWhen, { isCron }: JourneyReferences, fault: ToFault): readonly JourneyFault[] {
  return [
    ...(when.kind === "once" && !isLocalTime(when.at) ? [fault("timeInvalid", "entry.when.at")] : []),
    ...(when.kind === "cron" && isCron?.(when.cron) === false ? [fault("cronInvalid", "entry.when.cron")] : []),
    ...(when.zone !== null && !isTimeZone(when.zone) ? [fault("zoneUnknown", "entry.when.zone")] : []),
  ];
}

/** Whether a text is a date and time such as `2026-07-01T09:00`. */
export function isLocalTime(text: string): boolean {
  const [date = "", time = "", ...rest] = text.split("T");
  return rest.length === 0 && dayOfIso(date) !== undefined && /^([01]\d|2[0-3]):[0-5]\d$/.test(time);
}
