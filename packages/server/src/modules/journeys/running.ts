import { selectsEvent } from "@terrace/domain/conditions/matches-event";
import { withStoredForms } from "@terrace/domain/conditions/stored-forms";
import type { EventCondition, EventSelector } from "@terrace/domain/conditions/condition";
import type { Selects } from "@terrace/domain/journeys/enrolment";
import type { JourneyDefinition } from "@terrace/domain/journeys/journey-definition";
import { SEGMENT_ENTERED, SEGMENT_LEFT } from "@terrace/domain/event/segment-events";
import { CLICK_EVENT, type VirtualEvent } from "@terrace/domain/event/virtual-event";
import type { JourneyDeps } from "./journey-deps.ts";
import { loadRunning, type RunningVersion } from "./journey.store.ts";

/** How long the list of running journeys is taken for granted: one that was started or paused is noticed after this long at most. */
const FRESH_MS = 500;

/** Versions that go on, as this process knows them. */
export type Running = {
  /** Read anew where the list is older than it may be. */
  readonly fresh: () => Promise<readonly RunningVersion[]>;
  readonly known: () => readonly RunningVersion[];
  readonly find: (journeyId: string, version: number) => RunningVersion | undefined;
};

export function createRunning(deps: Pick<JourneyDeps, "db" | "privacy" | "nowMs">): Running {
  let versions: readonly RunningVersion[] = [];
  let byKey = new Map<string, RunningVersion>();
  let readAtMs = -Infinity;
  return {
    fresh: async () => {
      if (deps.nowMs() - readAtMs >= FRESH_MS) {
        versions = await loadRunning(deps.db, deps.privacy);
        byKey = new Map(versions.map((one) => [`${one.journeyId} ${one.version}`, one]));
        readAtMs = deps.nowMs();
      }
      return versions;
    },
    known: () => versions,
    find: (journeyId, version) => byKey.get(`${journeyId} ${version}`),
  };
}

/** Whether an event is one that a selector means, with personal values in their stored form and virtual events by their clicks. */
export function selecting(deps: Pick<JourneyDeps, "privacy">, workspaceId: number, virtuals: readonly VirtualEvent[]): Selects {
  const stored = new WeakMap<object, EventSelector<EventCondition>>();
  return (selector, event) => {
    let known = stored.get(selector);
    if (known === undefined) {
      const { where } = selector;
      known =
        where === undefined
          ? selector
          : { ...selector, where: withStoredForms(where, (kind, value) => deps.privacy.tokenise(workspaceId, kind, value)) };
      stored.set(selector, known);
    }
    return selectsEvent(known, event, virtuals);
  };
}

/** Names of events that may matter to a definition; null: any may. Clicks may be virtual events. */
export function namesHeard({ entry, exits, goal, nodes }: JourneyDefinition): ReadonlySet<string | null> {
  return new Set<string | null>([
    ...(entry.kind === "event" ? [entry.on.event] : []),
    ...(entry.kind === "segment" ? [entry.change === "enters" ? SEGMENT_ENTERED : SEGMENT_LEFT] : []),
    ...exits.flatMap((rule) => ("on" in rule ? [rule.on.event] : [])),
    ...(goal === null ? [] : [goal.on.event]),
    ...nodes.flatMap((node) => (node.kind === "events" ? node.arms.map(({ on }) => on.event) : [])),
    CLICK_EVENT,
  ]);
}
