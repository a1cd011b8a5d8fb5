import type { Goal } from "@terrace/contract/api/goals";

/** Figures that grow over a period by adding up, unless they are quotients; others hold for the whole of it at any time. */
const ADDS_UP: readonly string[] = ["count", "money", "points"];
/** So close to the plan is on it. */
const EVEN = 0.005;

/** How far a goal is reached, and where it would be if every day brought as much as the others. */
export type Pace = {
  readonly reached: number;
  readonly share: number;
  /** As a share of the target; undefined where a figure does not add up over days. */
  readonly expected: number | undefined;
  /** Above zero: further than expected. */
  readonly ahead: number;
  readonly state: "met" | "even" | "ahead" | "behind" | "over";
};

type Asked = {
  readonly goal: Pick<Goal, "target" | "startsOn" | "endsBefore">;
  readonly reached: number;
  readonly unit: string;
  readonly isQuotient: boolean;
  readonly better: "up" | "down" | "neutral";
  /** The local date today, and which part of it is over. */
  readonly today: string;
  readonly ofToday: number;
};

/** Holds what was reached against the target and the days that are over. */
export function paceOf({ goal, reached, unit, isQuotient, better, today, ofToday }: Asked): Pace {
  const { target, startsOn, endsBefore } = goal;
  const days = daysBetween(startsOn, endsBefore);
  const gone = Math.min(Math.max(daysBetween(startsOn, today) + ofToday, 0), days);
  const over = gone >= days;
  const expected = ADDS_UP.includes(unit) && !isQuotient && !over ? gone / days : undefined;
  const isLess = better === "down";
  const isMet = isLess ? reached <= target : reached >= target;
  // Of a goal of nothing or below no part can be reached: it is met or not.
  const share = target <= 0 ? Number(isMet) : reached / target;
  // Of what ought to stay small, less than the plan is ahead of it.
  const ahead = (share - (expected ?? 1)) * (isLess ? -1 : 1);
  return { reached, share, expected, ahead, state: stateOf({ isMet, over, isLess, ahead, hasPace: expected !== undefined }) };
}

type Facts = {
  readonly isMet: boolean;
  readonly over: boolean;
  readonly isLess: boolean;
  readonly hasPace: boolean;
  readonly ahead: number;
};

function stateOf({ isMet, over, isLess, hasPace, ahead }: Facts): Pace["state"] {
  // A limit is kept only once its period is over.
  if (isMet && (over || !isLess)) return "met";
  if (over) return "over";
  if (hasPace && Math.abs(ahead) <= EVEN) return "even";
  return ahead > 0 ? "ahead" : "behind";
}

function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 86_400_000;
}

/** The first day of the unit a local date lies in; weeks begin on Monday. */
export function beginOf(unit: Goal["unit"], day: string): string {
  const [year = "", month = ""] = day.split("-");
  if (unit === "day") return day;
  if (unit === "year") return `${year}-01-01`;
  if (unit === "month") return `${year}-${month}-01`;
  if (unit === "quarter") return `${year}-${String(Math.floor((Number(month) - 1) / 3) * 3 + 1).padStart(2, "0")}-01`;
  const at = new Date(`${day}T00:00:00Z`);
  return new Date(at.getTime() - ((at.getUTCDay() + 6) % 7) * 86_400_000).toISOString().slice(0, 10);
}
