import type { JourneyDetail } from "@terrace/contract/api/journeys";

type Definition = JourneyDetail["definition"];
type Selector = NonNullable<Definition["goal"]>["on"];

export const REENTRY_KINDS = ["never", "afterFinish", "afterDays"] as const;
/** The settings of a journey as a form holds them. */
export type SettingsFields = {
  name: string;
  reentry: (typeof REENTRY_KINDS)[number];
  reentryDays: number;
  exitEvents: readonly Selector[];
  hasGoal: boolean;
  goalOn?: Selector | undefined;
  goalDays: number;
  goalLeaves: boolean;
  /** In percent. */
  holdout: number;
  priority: number;
  purpose: string;
};

const USUAL_DAYS = { reentry: 30, goal: 7 };

export function fieldsOf({ name, definition }: Pick<JourneyDetail, "name" | "definition">): SettingsFields {
  const { reentry, exits, goal, holdout, priority, purpose } = definition;
  return {
    name,
    reentry: reentry.kind,
    reentryDays: reentry.kind === "afterDays" ? reentry.days : USUAL_DAYS.reentry,
    exitEvents: exits.flatMap((rule) => ("on" in rule ? [rule.on] : [])),
    hasGoal: goal !== null,
    goalOn: goal?.on,
    goalDays: goal?.withinDays ?? USUAL_DAYS.goal,
    goalLeaves: goal?.leaves ?? true,
    holdout: holdout / 100,
    priority,
    purpose,
  };
}

/** A definition with its settings as the form has them; exits by conditions stay as they are. */
export function withFields(definition: Definition, fields: Partial<SettingsFields>): Definition {
  const { reentry, reentryDays, exitEvents, hasGoal, goalOn, goalDays, goalLeaves, holdout, priority, purpose } = {
    ...fieldsOf({ name: "", definition }),
    ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
  };
  return {
    ...definition,
    reentry: reentry === "afterDays" ? { kind: reentry, days: reentryDays } : { kind: reentry },
    exits: [...exitEvents.map((on) => ({ on })), ...definition.exits.filter((rule) => "condition" in rule)],
    goal: hasGoal && goalOn !== undefined ? { on: goalOn, withinDays: goalDays, leaves: goalLeaves } : null,
    holdout: Math.round(holdout * 100),
    priority,
    purpose,
  };
}
