import * as api from "@terrace/contract/api/journeys";
import type { RouteContract } from "@terrace/contract/route";
import type { JourneyDefinition } from "@terrace/domain/journeys/journey-definition";
import type { MessageAsked } from "@terrace/domain/messages/message";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { actsIn } from "@terrace/testkit/live-acts";
import { freshLiveWorld, type LiveWorld } from "@terrace/testkit/live-world";
import { user } from "@terrace/testkit/people-model";
import { afterAll, beforeAll, beforeEach } from "vitest";
import type { z } from "zod";
import { LANE_COUNT } from "../../platform/feed/lanes.ts";
import { createReactor, type Reactor } from "../../platform/feed/reactor.ts";
import { createHoldouts, type Holdouts } from "../holdouts/module.ts";
import { createJourneys, type JourneyDeps, type Journeys } from "./module.ts";

export const DAY_MS = 86_400_000;
export const MINUTE_MS = 60_000;
export const START_MS = Date.UTC(2026, 5, 1, 9);
const LANES = Array.from({ length: LANE_COUNT }, (_, lane) => lane);

type AskMessages = JourneyDeps["askMessages"];
type Drawn = z.input<typeof api.createJourney.body>["definition"];

/** Journeys of one workspace over real engines, worked off one step at a time by a clock of their own; a fresh workspace for each test. */
export type JourneyWorld = {
  readonly engines: TestEngines;
  readonly world: LiveWorld;
  readonly workspaceId: number;
  readonly journeys: Journeys;
  /** Another process. */
  readonly second: Journeys;
  readonly reactor: Reactor;
  readonly holdouts: Holdouts;
  /** Messages that steps asked for. */
  readonly asked: MessageAsked[];
  /** What was to be taken back. */
  readonly takenBack: unknown[];
  /** What else is done where messages are asked for. */
  askMessages: AskMessages;
};

export function journeyWorld() {
  const here = {} as { -readonly [K in keyof JourneyWorld]: JourneyWorld[K] };
  beforeAll(async () => {
    here.engines = await startBothEngines();
  }, 120_000);
  afterAll(() => here.engines.stop());
  beforeEach(async () => {
    await here.engines.db`/* all workspaces: a fresh start */ delete from journey`;
    Object.assign(here, await freshLiveWorld(here.engines, START_MS), { asked: [], takenBack: [], askMessages: () => Promise.resolve() });
    const { world, engines } = here;
    here.holdouts = createHoldouts({
      db: engines.db,
      privacy: world.privacy,
      audit: () => Promise.resolve(),
      people: world.people,
      insight: world.insight,
      calendar: () => Promise.resolve({ zone: world.zone, weekStart: "monday" }),
      nowMs: () => world.nowMs,
      log: world.log,
    });
    [here.journeys, here.second] = [makeJourneys(here), makeJourneys(here)];
    here.reactor = createReactor({ db: engines.db, cipher: world.privacy }, here.journeys.reaction);
  });
  return Object.assign(here, actsOn(here));
}

function makeJourneys(here: JourneyWorld): Journeys {
  const { world, engines, holdouts, asked, takenBack } = here;
  return createJourneys({
    ...world,
    db: engines.db,
    warehouse: engines.warehouse,
    audit: () => Promise.resolve(),
    workspace: (id) => Promise.resolve({ workspaceId: id, name: "w", timeZone: world.zone, currency: "CNY", label: "" }),
    virtualEvents: () => Promise.resolve([]),
    isMarkedPersonal: () => false,
    segmentsOf: world.segments.segmentsOf,
    segmentsLive: world.segments.liveAmong,
    membersAt: world.segments.membersAt,
    holdouts,
    outbound: { requireReleased: () => Promise.resolve() },
    askMessages: async (tx, workspaceId, messages) => {
      await here.askMessages(tx, workspaceId, messages);
      asked.push(...messages);
    },
    cancelMessages: (_tx, _workspaceId, source) => {
      takenBack.push(source);
      return Promise.resolve(0);
    },
    sendable: (_workspaceId, templates) => Promise.resolve(new Map(templates.map((id) => [id, "email"]))),
    readyTemplates: (_tx, _context, { keys }) => Promise.resolve(new Map(keys.map((key) => [key, `id of ${key}`]))),
    purposes: () => Promise.resolve(new Set(["marketing", "service"])),
    nowMs: () => world.nowMs,
  });
}

/** As a client sends it. */
export const drawn = (definition: JourneyDefinition): Drawn => JSON.parse(JSON.stringify(definition)) as Drawn;

function actsOn(here: JourneyWorld) {
  const acts = actsIn(() => here);
  const call = <C extends RouteContract>(of: C, input: CallInput<C> = {}) => callRoute(here.journeys.routes, here.workspaceId, of, input);

  /** Everything until nothing is left to do at this instant; the list of journeys is read again. */
  async function drain(...workers: readonly Journeys[]): Promise<void> {
    const { world, reactor, journeys } = here;
    const { signal } = new AbortController();
    world.nowMs += 1_000;
    for (let worked = true; worked;) {
      await world.drain();
      worked = false;
      while (await reactor.step(LANES)) worked = true;
      const steps = (workers.length === 0 ? [journeys] : workers).flatMap(({ loops }) => loops.map(({ step }) => step(signal)));
      if ((await Promise.all(steps)).includes(0)) worked = true;
    }
  }

  async function start(journey: string, inFlight: "finish" | "migrate" = "finish"): Promise<void> {
    const params = { journey };
    await call(api.submitJourney, { params, body: {} });
    await call(api.approveJourney, { params, body: {} });
    await call(api.startJourney, { params, body: { inFlight } });
  }

  return {
    ...acts,
    call,
    drain,
    /** Draws a journey and sets it live. */
    go: async (definition: JourneyDefinition, name = "欢迎"): Promise<string> => {
      const { id } = await call(api.createJourney, { body: { name, definition: drawn(definition) } });
      await start(id);
      await drain();
      return id;
    },
    /** Sets another version live. */
    change: async (journey: string, definition: JourneyDefinition, baseVersion: number, inFlight: "finish" | "migrate"): Promise<void> => {
      await call(api.saveJourney, { params: { journey }, body: { name: "欢迎", definition: drawn(definition), baseVersion } });
      await start(journey, inFlight);
    },
    happens: async (name: string, who: string, properties = {}): Promise<void> => {
      await here.world.append([acts.came({ name, ids: [user(who)], properties })]);
      await drain();
    },
    /** What was settled, heard; nobody goes on by it. */
    hear: async (): Promise<void> => {
      await here.world.drain();
      while (await here.reactor.step(LANES));
    },
    pathOf: async (journey: string): Promise<readonly string[]> => {
      const { items } = await call(api.listEnrolments, { params: { journey } });
      const ways = await Promise.all(
        items.map(async ({ id }) => {
          const path = await call(api.getEnrolmentPath, { params: { journey, enrolment: id } });
          return path.items.map(({ node, out }) => `${node}>${out ?? ""}`).join(" ");
        }),
      );
      return ways.toSorted();
    },
  };
}
