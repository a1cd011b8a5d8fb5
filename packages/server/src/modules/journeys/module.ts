import type { Reaction } from "../../platform/feed/reactor.ts";
import type { RouteHandler } from "../../platform/http/handler.ts";
import type { Loop } from "../../platform/loops.ts";
import { OutboundRefused } from "../../platform/outbound/outbound-refused.ts";
import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import type { TextPlace } from "../../platform/personal-data/text-place.store.ts";
import { createAnswering } from "./answer.ts";
import { workDates } from "./date-entry.ts";
import { createHearing } from "./hear-events.ts";
import type { JourneyDeps } from "./journey-deps.ts";
import { createJourneyHolder } from "./journey-holder.ts";
import { journeyRoutes } from "./journey.routes.ts";
import { createRunning } from "./running.ts";
import { createSchedules } from "./schedule-entry.ts";
import { workDue } from "./work.ts";

export { journeysNaming } from "./journey-uses.ts";
export { conditionsOf, dateTraitOf, segmentsNamed, templatesNamed } from "./references.ts";
export type { JourneyDeps };

/** Journeys: what should happen to whom, drawn by operators and carried out once. See docs/guides/journeys.md. */
export type Journeys = {
  readonly routes: readonly RouteHandler[];
  readonly reaction: Reaction;
  readonly loops: readonly Loop[];
  readonly holder: PersonalDataHolder;
};

const WORK_IDLE_MS = 200;
const ANSWER_IDLE_MS = 300;
const CLOCK_IDLE_MS = 500;
const HELD_IDLE_MS = 5_000;

export function createJourneys(deps: JourneyDeps): Journeys {
  const running = createRunning(deps);
  const plan = createSchedules(deps, running);
  const answer = createAnswering(deps, running);
  /** While a restored installation is held nobody goes on: what is due would be done by two. */
  const unlessHeld = async (work: () => Promise<number>, idleMs: number): Promise<number> => {
    if (await isHeld(deps)) return HELD_IDLE_MS;
    return (await work()) > 0 ? 0 : idleMs;
  };
  return {
    routes: journeyRoutes(deps),
    reaction: createHearing(deps, running),
    loops: [
      { name: "journeys.work", step: () => unlessHeld(() => workDue(deps, running), WORK_IDLE_MS) },
      { name: "journeys.dates", step: () => unlessHeld(() => workDates(deps, running), CLOCK_IDLE_MS) },
      { name: "journeys.schedules", step: () => unlessHeld(plan, CLOCK_IDLE_MS) },
      { name: "journeys.answer", step: () => unlessHeld(answer, ANSWER_IDLE_MS) },
    ],
    holder: createJourneyHolder(deps),
  };
}

async function isHeld({ outbound }: JourneyDeps): Promise<boolean> {
  try {
    await outbound.requireReleased();
    return false;
  } catch (error) {
    if (error instanceof OutboundRefused) return true;
    throw error;
  }
}

/** Where people may be named in what operators draw. */
export const JOURNEY_TEXTS: readonly TextPlace[] = [
  { table: "journey", column: "name", keys: ["journey_id"], form: "clear" },
  { table: "journey_version", column: "definition", keys: ["version_id"], form: "json" },
];
