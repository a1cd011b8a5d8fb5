import type { EventCondition, EventSelector, SequenceLeaf } from "@terrace/domain/conditions/condition";
import { SEQUENCE_STEPS_MAX } from "@terrace/domain/conditions/read-sequence";

type Selector = EventSelector<EventCondition>;

/** Two steps to begin with, within three days. */
export function newSequence(): SequenceLeaf {
  return { sequence: { steps: [{ event: null }, { event: null }], withinDays: 3 } };
}

export function canGrow({ sequence }: SequenceLeaf): boolean {
  return sequence.steps.length < SEQUENCE_STEPS_MAX;
}

export function withStep({ sequence }: SequenceLeaf, at: number, step: Selector): SequenceLeaf {
  const steps = at === sequence.steps.length ? [...sequence.steps, step] : sequence.steps.map((each, i) => (i === at ? step : each));
  return { sequence: { ...sequence, steps } };
}

/** Fewer than two steps are no sequence: then it stays as it is. */
export function withoutStep({ sequence }: SequenceLeaf, at: number): SequenceLeaf {
  return sequence.steps.length <= 2 ? { sequence } : { sequence: { ...sequence, steps: sequence.steps.filter((_, i) => i !== at) } };
}

export function withBreak({ sequence }: SequenceLeaf, without: Selector | undefined): SequenceLeaf {
  const { without: _, ...rest } = sequence;
  return { sequence: without === undefined ? rest : { ...rest, without } };
}

/** Days or hours from the first step to the last; neither is for ever. */
export type Limit = { readonly unit: "none" | "days" | "hours"; readonly value: number };

export function limitIn({ sequence: { withinDays, withinHours } }: SequenceLeaf): Limit {
  if (withinDays !== undefined) return { unit: "days", value: withinDays };
  return withinHours === undefined ? { unit: "none", value: 1 } : { unit: "hours", value: withinHours };
}

export function withLimit({ sequence }: SequenceLeaf, { unit, value }: Limit): SequenceLeaf {
  const { withinDays: _, withinHours: __, ...rest } = sequence;
  if (unit === "none") return { sequence: rest };
  return { sequence: { ...rest, ...(unit === "days" ? { withinDays: value } : { withinHours: value }) } };
}
