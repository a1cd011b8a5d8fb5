import type { FeedEvent, RejectedEvent } from "@terrace/domain/event/feed-event";
import { typeBits } from "@terrace/domain/event-schema/property-types";
import { rejectEvent } from "../quarantine/reject-event.ts";
import {
  DEFINITIONS_MAX,
  mergeProperty,
  NAME_LENGTH_MAX,
  PROPERTIES_MAX,
  type KnownDefinition,
  type KnownProperty,
  type KnownWorkspace,
} from "./definition-cache.ts";

/** Event times may pass what is registered by this much before it is written again: last-seen times are exact to the hour. */
const SEEN_SLACK_MS = 3_600_000;

/** How often a name occurred in a batch, and between which event times. */
export type Tally = {
  readonly workspaceId: number;
  readonly name: string;
  events: number;
  flagged: number;
  firstMs: number;
  lastMs: number;
};

/** What a batch says about one name. */
type Sighting = {
  readonly tally: Tally;
  readonly known: KnownDefinition | undefined;
  readonly registered: boolean;
  readonly fresh: Map<string, KnownProperty>;
};

/** What a batch teaches about definitions, and which of its events their schemas object to (indexes into the batch). */
export type Observation = {
  readonly tallies: readonly Tally[];
  readonly newDefinitions: readonly Tally[];
  readonly freshProperties: readonly {
    readonly workspaceId: number;
    readonly event: string;
    readonly name: string;
    readonly seen: KnownProperty;
  }[];
  readonly quarantined: ReadonlyMap<number, RejectedEvent>;
  readonly flagged: readonly number[];
};

type WorkspaceSightings = { readonly known: KnownWorkspace; readonly byName: Map<string, Sighting>; newNames: number };

/** Looks at every event once, against what is known; changes nothing. */
export function observeBatch(events: readonly FeedEvent[], workspaceOf: (workspaceId: number) => KnownWorkspace): Observation {
  const byWorkspace = new Map<number, WorkspaceSightings>();
  const quarantined = new Map<number, RejectedEvent>();
  const flagged: number[] = [];
  events.forEach((event, index) => {
    let workspace = byWorkspace.get(event.workspaceId);
    if (workspace === undefined)
      byWorkspace.set(event.workspaceId, (workspace = { known: workspaceOf(event.workspaceId), byName: new Map(), newNames: 0 }));
    const sighting = workspace.byName.get(event.name) ?? firstSighting(event, workspace);
    const mismatch = sighting.known?.check?.(event.properties);
    if (mismatch !== undefined && sighting.known?.enforcement === "quarantine") {
      quarantined.set(index, rejectEvent(event, { code: "event.schema_mismatch", ...mismatch }));
      return;
    }
    if (mismatch !== undefined) {
      flagged.push(index);
      sighting.tally.flagged += 1;
    }
    countEvent(sighting, event);
  });
  const sightings = [...byWorkspace.values()]
    .flatMap((workspace) => [...workspace.byName.values()])
    .filter(({ tally, registered }) => registered && tally.events > 0);
  return {
    tallies: sightings.map(({ tally }) => tally),
    newDefinitions: sightings.filter(({ known }) => known === undefined).map(({ tally }) => tally),
    freshProperties: sightings.flatMap(({ tally, fresh }) =>
      [...fresh].map(([name, seen]) => ({ workspaceId: tally.workspaceId, event: tally.name, name, seen })),
    ),
    quarantined,
    flagged,
  };
}

function firstSighting(event: FeedEvent, workspace: WorkspaceSightings): Sighting {
  const known = workspace.known.get(event.name);
  const registered =
    known !== undefined || (workspace.known.size + workspace.newNames < DEFINITIONS_MAX && event.name.length <= NAME_LENGTH_MAX);
  if (registered && known === undefined) workspace.newNames += 1;
  const sighting: Sighting = {
    tally: { workspaceId: event.workspaceId, name: event.name, events: 0, flagged: 0, firstMs: event.timeMs, lastMs: event.timeMs },
    known,
    registered,
    fresh: new Map(),
  };
  workspace.byName.set(event.name, sighting);
  return sighting;
}

function countEvent(sighting: Sighting, { timeMs, properties }: FeedEvent): void {
  const { tally } = sighting;
  tally.events += 1;
  if (timeMs < tally.firstMs) tally.firstMs = timeMs;
  if (timeMs > tally.lastMs) tally.lastMs = timeMs;
  for (const name in properties) {
    const value = properties[name];
    if (value === undefined) continue;
    const bits = typeBits(value);
    const registered = sighting.known?.properties.get(name);
    if (registered !== undefined ? !covers(registered, bits, timeMs) : hasRoomFor(sighting, name))
      mergeProperty(sighting.fresh, name, { bits, firstMs: timeMs, lastMs: timeMs });
  }
}

function hasRoomFor({ known, fresh }: Sighting, name: string): boolean {
  return fresh.has(name) || ((known?.properties.size ?? 0) + fresh.size < PROPERTIES_MAX && name.length <= NAME_LENGTH_MAX);
}

/** Whether registering the property again would say nothing new. */
function covers(known: KnownProperty, bits: number, timeMs: number): boolean {
  return (known.bits & bits) === bits && timeMs <= known.lastMs + SEEN_SLACK_MS && timeMs >= known.firstMs - SEEN_SLACK_MS;
}
