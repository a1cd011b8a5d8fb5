import { selectsEvent } from "@terrace/domain/conditions/matches-event";
import { withStoredForms } from "@terrace/domain/conditions/stored-forms";
import type { EventCondition, EventSelector } from "@terrace/domain/conditions/condition";
import type { Selects } from "@terrace/domain/journeys/enrolment";
import type { JourneyDefinition } from "@terrace/domain/journeys/journey-definition";
import { SEGMENT_ENTERED, SEGMENT_LEFT } from "@terrace/domain/event/segment-events";
import { CLICK_EVENT, type VirtualEvent } from "@terrace/domain/event/virtual-event";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { JourneyDeps } from "./journey-deps.ts";
import { openDefinition } from "./journey.store.ts";
import { faultName } from "./parked.ts";
import { loadRunning, loadSealedDefinitions, type RunningRow } from "./running.store.ts";

/** How long a loop takes the list of running journeys for granted: one that was started or paused is worked on after this long at most. */
const FRESH_MS = 500;

/** A version by which people come in or are in. */
export type RunningVersion = RunningRow & { readonly definition: JourneyDefinition };
type VersionKey = { readonly journeyId: string; readonly version: number };

/** Versions that go on. A definition that was started never changes, so each is read once. */
export type Running = {
  /** As they were a moment ago. */
  readonly fresh: () => Promise<readonly RunningRow[]>;
  /** As they are in a transaction; those that cannot be read are left out. */
  readonly inside: (tx: Tx) => Promise<readonly RunningVersion[]>;
  /** Definitions of some versions that were started; undefined for one that cannot be read. */
  readonly definitions: (sql: Db | Tx, versions: readonly VersionKey[]) => Promise<(version: VersionKey) => JourneyDefinition | undefined>;
};

const nameOf = ({ journeyId, version }: VersionKey): string => `${journeyId} ${version}`;

export function createRunning(deps: Pick<JourneyDeps, "db" | "privacy" | "nowMs" | "log">): Running {
  const known = new Map<string, JourneyDefinition>();
  const told = new Set<string>();
  let rows: readonly RunningRow[] = [];
  let readAtMs = -Infinity;

  async function definitions(sql: Db | Tx, versions: readonly VersionKey[]) {
    const missing = new Map(versions.filter((one) => !known.has(nameOf(one))).map((one) => [nameOf(one), one]));
    for (const { sealed, ...version } of await loadSealedDefinitions(sql, [...missing.values()]))
      try {
        known.set(nameOf(version), openDefinition(deps.privacy, sealed));
      } catch (error) {
        if (!told.has(nameOf(version))) deps.log.error({ ...version, fault: faultName(error) }, "a journey's version cannot be read");
        told.add(nameOf(version));
      }
    return (version: VersionKey) => known.get(nameOf(version));
  }

  return {
    fresh: async () => {
      // A clock that was set back makes the list old, too.
      if (Math.abs(deps.nowMs() - readAtMs) >= FRESH_MS) {
        rows = await loadRunning(deps.db);
        readAtMs = deps.nowMs();
      }
      return rows;
    },
    inside: async (tx) => {
      const all = await loadRunning(tx);
      const definitionOf = await definitions(tx, all);
      return all.flatMap((row) => {
        const definition = definitionOf(row);
        return definition === undefined ? [] : [{ ...row, definition }];
      });
    },
    definitions,
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

/** Names of events that may matter to some definitions; null: any may. Clicks matter where a virtual event does. */
export function namesHeard(definitions: readonly JourneyDefinition[], virtuals: readonly VirtualEvent[]): ReadonlySet<string | null> {
  const names = new Set(definitions.flatMap(namesIn));
  if (virtuals.some(({ name }) => names.has(name))) names.add(CLICK_EVENT);
  return names;
}

function namesIn({ entry, exits, goal, nodes }: JourneyDefinition): readonly (string | null)[] {
  return [
    ...(entry.kind === "event" ? [entry.on.event] : []),
    ...(entry.kind === "segment" ? [entry.change === "enters" ? SEGMENT_ENTERED : SEGMENT_LEFT] : []),
    ...exits.flatMap((rule) => ("on" in rule ? [rule.on.event] : [])),
    ...(goal === null ? [] : [goal.on.event]),
    ...nodes.flatMap((node) => (node.kind === "events" ? node.arms.map(({ on }) => on.event) : [])),
  ];
}
