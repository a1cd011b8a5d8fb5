import { dayAt, startOfDay, zoneClock } from "@terrace/domain/time/zoned-time";
import { virtualNames, type VirtualEvent } from "@terrace/domain/event/virtual-event";
import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import type { FieldView } from "@terrace/domain/access/field-view";
import { propertiesSeen, summarise } from "./event-summary.ts";
import { newestReceivedMs, readReceived, type StoredEvent } from "./event.views.ts";
import { countBetween, ratePerSecond } from "./live.views.ts";

export type LiveEvent = {
  readonly eventId: string;
  readonly name: string;
  readonly time: string;
  readonly receivedAt: string;
  readonly personId: string;
  readonly displayName: string;
  readonly virtual: string[];
  readonly summary: Record<string, string | number | boolean>;
};
export type LiveState = {
  readonly events: readonly LiveEvent[];
  readonly perSecond: number;
  readonly today: number;
  readonly lagMs: number | null;
  readonly quarantineOpen: number;
};

export type LiveDeps = {
  readonly warehouse: Warehouse;
  readonly displayNames: (
    workspaceId: number,
    originIds: readonly string[],
    view: FieldView,
  ) => Promise<ReadonlyMap<string, { readonly personId: string; readonly displayName: string }>>;
  readonly denies: (workspaceId: number, originId: string) => boolean;
  readonly quarantineOpen: (workspaceId: number) => Promise<number>;
  /** The names that operators gave to captured clicks. */
  readonly virtualEvents: (workspaceId: number) => Promise<readonly VirtualEvent[]>;
  readonly timeZone: (workspaceId: number) => Promise<string>;
  readonly nowMs: () => number;
};

/** What is happening in one workspace now; every reader of it who sees the same fields shares one. */
export type LiveFeed = {
  /** Reads what is new, unless that was done a moment ago. */
  readonly refresh: () => Promise<LiveState>;
  /** Forgets the events it showed; the next look begins anew. */
  readonly forget: () => void;
};

export const EVENTS_KEPT = 100;
const FRESH_MS = 400;
const RATE_SECONDS = 10;
const SLOW_FIGURES_MS = 3_000;
/** Batches of other lanes may become visible a little later than newer ones. */
const OVERLAP_MS = 3_000;
const FIRST_LOOK_MS = 600_000;
/** Reads further apart than this tell nothing about the delay: what came in between has waited for the reader, not for the pipeline. */
const WATCHED_MS = 2_000;

type Held = { readonly live: LiveEvent; readonly receivedAtMs: number };
type Memory = { held: readonly Held[]; state: LiveState; readAtMs: number; slowAtMs: number };

/** The live feed of a workspace. */
export function createLiveFeed(deps: LiveDeps, workspaceId: number, view: FieldView): LiveFeed {
  const memory: Memory = {
    held: [],
    state: { events: [], perSecond: 0, today: 0, lagMs: null, quarantineOpen: 0 },
    readAtMs: -Infinity,
    slowAtMs: -Infinity,
  };
  let running: Promise<LiveState> | undefined;
  return {
    refresh: () => {
      if (deps.nowMs() - memory.readAtMs < FRESH_MS) return Promise.resolve(memory.state);
      running ??= read({ ...deps, view }, workspaceId, memory).finally(() => {
        running = undefined;
      });
      return running;
    },
    forget: () => {
      memory.held = [];
      memory.state = { ...memory.state, events: [] };
      memory.readAtMs = -Infinity;
    },
  };
}

type ViewedDeps = LiveDeps & { readonly view: FieldView };

async function read(deps: ViewedDeps, workspaceId: number, memory: Memory): Promise<LiveState> {
  const now = deps.nowMs();
  const watched = now - memory.readAtMs <= WATCHED_MS;
  const slow = now - memory.slowAtMs >= SLOW_FIGURES_MS;
  const [fresh, perSecond, figures] = await Promise.all([
    readNew(deps, workspaceId, memory),
    ratePerSecond(deps.warehouse, workspaceId, now, RATE_SECONDS),
    slow ? slowFigures(deps, workspaceId, now) : { today: memory.state.today, quarantineOpen: memory.state.quarantineOpen },
  ]);
  const newestMs = fresh.reduce((most, event) => Math.max(most, event.receivedAtMs), 0);
  memory.held = [...(await nameEvents(deps, workspaceId, fresh)), ...memory.held]
    .toSorted((a, b) => b.receivedAtMs - a.receivedAtMs)
    .slice(0, EVENTS_KEPT);
  const measured = fresh.length > 0 ? Math.max(0, deps.nowMs() - newestMs) : memory.state.lagMs;
  const lagMs = watched ? measured : null;
  memory.state = { events: memory.held.map(({ live }) => live), perSecond, ...figures, lagMs };
  memory.readAtMs = deps.nowMs();
  if (slow) memory.slowAtMs = memory.readAtMs;
  return memory.state;
}

async function readNew(deps: LiveDeps, workspaceId: number, memory: Memory): Promise<readonly StoredEvent[]> {
  const newest = memory.held[0]?.receivedAtMs;
  const known = new Set(memory.held.map(({ live }) => live.eventId));
  const rows =
    newest === undefined
      ? await firstLook(deps, workspaceId)
      : await readReceived(deps.warehouse, workspaceId, { afterMs: newest - OVERLAP_MS, limit: EVENTS_KEPT });
  return rows.filter(({ eventId, originId }) => !known.has(eventId) && !deps.denies(workspaceId, originId));
}

/** Usually the last minutes suffice; a quiet workspace shows its last events however old they are. */
async function firstLook(deps: LiveDeps, workspaceId: number): Promise<readonly StoredEvent[]> {
  const recent = await readReceived(deps.warehouse, workspaceId, { afterMs: deps.nowMs() - FIRST_LOOK_MS, limit: EVENTS_KEPT });
  if (recent.length > 0) return recent;
  const newest = await newestReceivedMs(deps.warehouse, workspaceId);
  return newest === undefined ? [] : readReceived(deps.warehouse, workspaceId, { afterMs: newest - FIRST_LOOK_MS, limit: EVENTS_KEPT });
}

async function nameEvents(deps: ViewedDeps, workspaceId: number, events: readonly StoredEvent[]): Promise<readonly Held[]> {
  if (events.length === 0) return [];
  const originIds = [...new Set(events.map(({ originId }) => originId))].filter((originId) => originId !== "0");
  const [people, virtual] = await Promise.all([deps.displayNames(workspaceId, originIds, deps.view), deps.virtualEvents(workspaceId)]);
  return events.map((event) => {
    const person = people.get(event.originId);
    const { eventId, name, time, receivedAt, receivedAtMs } = event;
    return {
      receivedAtMs,
      live: {
        eventId,
        name,
        time,
        receivedAt,
        personId: person?.personId ?? event.personId,
        displayName: person?.displayName ?? "",
        virtual: [...virtualNames(virtual, event)],
        summary: summarise(propertiesSeen(event.properties, deps.view), event.context),
      },
    };
  });
}

async function slowFigures(
  deps: LiveDeps,
  workspaceId: number,
  nowMs: number,
): Promise<{ readonly today: number; readonly quarantineOpen: number }> {
  const clock = zoneClock(await deps.timeZone(workspaceId));
  const midnight = startOfDay(dayAt(nowMs, clock), clock);
  const [today, quarantineOpen] = await Promise.all([
    countBetween(deps.warehouse, workspaceId, midnight, startOfDay(dayAt(nowMs, clock) + 1, clock)),
    deps.quarantineOpen(workspaceId),
  ]);
  return { today, quarantineOpen };
}
