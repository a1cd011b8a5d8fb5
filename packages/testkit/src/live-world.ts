import type { Use } from "@terrace/contract/api/segments";
import type { PersonCondition } from "@terrace/domain/conditions/condition";
import type { EventFacts } from "@terrace/domain/conditions/matches-event";
import { matchesPerson } from "@terrace/domain/conditions/matches-person";
import { withStoredForms } from "@terrace/domain/conditions/stored-forms";
import type { FeedEvent } from "@terrace/domain/event/feed-event";
import type { VirtualEvent } from "@terrace/domain/event/virtual-event";
import { suggestBusinessEvents } from "@terrace/domain/insight/metrics/business-events";
import type { JsonObject } from "@terrace/domain/json";
import { createInsight, type Insight } from "@terrace/server/modules/insight/module";
import { createPeopleModule, type PeopleModule } from "@terrace/server/modules/people/module";
import { createPrivacyModule } from "@terrace/server/modules/privacy/module";
import { createSegments, type SegmentsModule } from "@terrace/server/modules/segments/module";
import { createWarehouseModule } from "@terrace/server/modules/warehouse/module";
import { appendWithin } from "@terrace/server/platform/feed/append-within";
import { LANE_COUNT } from "@terrace/server/platform/feed/lanes";
import { createReactor } from "@terrace/server/platform/feed/reactor";
import { createResolver, type SettledBatch } from "@terrace/server/platform/feed/resolver";
import { markStored } from "@terrace/server/platform/feed/batch.store";
import { ch } from "@terrace/server/platform/storage/clickhouse";
import { personConditionSql, type ConditionTools } from "@terrace/server/platform/storage/condition-sql";
import { inTransaction } from "@terrace/server/platform/storage/postgres";
import pino, { type Logger } from "pino";
import type { TestEngines } from "./both-engines.ts";
import { withStandings } from "./population-model.ts";
import { makeWorkspace } from "./state-engine.ts";

/** Who works in the workspace of a live world. */
export const MEMBERS = [
  { operatorId: "1", name: "Lin", email: "lin@example.test" },
  { operatorId: "2", name: "", email: "max@example.test" },
] as const;

const LANES = Array.from({ length: LANE_COUNT }, (_, lane) => lane);

/** The pipeline from the feed to live segments over real engines, one step at a time and with a clock of its own. */
export type LiveWorld = {
  nowMs: number;
  zone: string;
  virtuals: readonly VirtualEvent[];
  /** What of other modules names a trait, or a value of it. */
  traitUses: (trait: string, value?: string) => readonly Use[];
  /** Failures of one workspace are outlived in silence, as in a server; without it a step throws them. */
  outlivesFailures: boolean;
  readonly log: Logger;
  readonly people: PeopleModule;
  /** Analyses of what is stored; the currency is CNY. */
  readonly insight: Insight;
  readonly segments: SegmentsModule;
  readonly privacy: ReturnType<typeof createPrivacyModule>;
  readonly append: (events: readonly FeedEvent[]) => Promise<void>;
  /** Settles what is in the feed. */
  readonly settle: () => Promise<void>;
  /** Stores what was settled in the event engine. */
  readonly store: () => Promise<void>;
  /** One step of the counting consumer: of the oldest batch still in memory, or read from the feed. */
  readonly count: () => Promise<boolean>;
  /** One step of a loop of live segments. */
  readonly step: (
    loop:
      | "segments.evaluate"
      | "segments.build"
      | "segments.standings"
      | "segments.fill"
      | "segments.drop"
      | "segments.changes"
      | "pyramids.keep",
  ) => Promise<boolean>;
  /** Everything until nothing is left to do. */
  readonly drain: () => Promise<void>;
};

/** A workspace of its own with nothing live anywhere: segments of other workspaces would be worked on, too. */
export async function freshLiveWorld(
  engines: TestEngines,
  startMs: number,
): Promise<{ readonly workspaceId: number; readonly world: LiveWorld }> {
  for (const table of [
    "rfm_scoring",
    "computed_trait",
    "pyramid",
    "person_class",
    "segment",
    "segment_tracker",
    "segment_fill",
    "segment_engine",
    "dropped_trait",
  ])
    await engines.db`/* all workspaces: a fresh start */ delete from ${engines.db(table)}`;
  return { workspaceId: await makeWorkspace(engines.db), world: makeLiveWorld(engines, startMs) };
}

/** A world in which nothing has happened yet. */
export function makeLiveWorld(engines: TestEngines, startMs: number): LiveWorld {
  const privacy = createPrivacyModule({ masterKey: new Uint8Array(32).fill(7) });
  const clock = {
    nowMs: startMs,
    zone: "Europe/Berlin",
    virtuals: [] as readonly VirtualEvent[],
    traitUses: (): readonly Use[] => [],
    outlivesFailures: false,
  } satisfies Partial<LiveWorld>;
  const log = logOf(clock);
  const { people, insight, segments } = modulesOf(engines, { privacy, clock, log });
  const pipeline = pipelineOf(engines, { privacy, people, segments, nowMs: () => clock.nowMs });
  const loops = new Map(segments.loops.map((loop) => [loop.name, loop]));
  const { signal } = new AbortController();
  return Object.assign(clock, {
    log,
    people,
    insight,
    segments,
    privacy,
    ...pipeline,
    step: async (name: string) => (await loops.get(name)?.step(signal)) === 0,
    drain: async () => {
      for (let worked = true; worked;) {
        await pipeline.settle();
        await pipeline.store();
        worked = false;
        while (await pipeline.count()) worked = true;
        for (const loop of segments.loops) while ((await loop.step(signal)) === 0) worked = true;
      }
    },
  });
}

type Privacy = LiveWorld["privacy"];

/** What a loop would only tell of in the log is thrown at whoever asked for its step. */
function logOf(world: Pick<LiveWorld, "outlivesFailures">): Logger {
  const write = (line: string): void => {
    if (!world.outlivesFailures && line.includes('"loop":')) throw new Error(line);
  };
  return pino({ level: "warn" }, { write });
}

type Shared = {
  readonly privacy: Privacy;
  readonly clock: Pick<LiveWorld, "nowMs" | "zone" | "virtuals" | "traitUses">;
  readonly log: Logger;
};

function modulesOf({ db, warehouse }: TestEngines, { privacy, clock, log }: Shared) {
  const shared = {
    db,
    warehouse,
    privacy,
    audit: () => Promise.resolve(),
    log,
    nowMs: () => clock.nowMs,
    randomId: () => "r",
  };
  const people = createPeopleModule({ ...shared, accept: () => Promise.resolve() });
  const insight = createInsight({
    ...shared,
    workspace: (workspaceId) => Promise.resolve({ workspaceId, name: "Shop", timeZone: clock.zone, currency: "CNY", label: "" }),
    people,
    collect: {
      definitions: { eventSpan: () => Promise.resolve(undefined) },
      quarantine: { openCount: () => Promise.resolve(0) },
      virtualEvents: {
        list: () =>
          Promise.resolve(clock.virtuals.map((virtual) => ({ ...virtual, description: "", createdBy: "", createdAt: new Date(0) }))),
      },
    },
    feedStatus: () => Promise.resolve([]),
    usesOfMetric: () => Promise.resolve([]),
    denies: () => false,
  });
  const segments = createSegments({
    ...shared,
    scoreRfm: insight.scoreRfm,
    personOf: people.personOf,
    clearIds: people.clearIds,
    displayNames: people.displayNames,
    idsOfPeople: people.idsOfPeople,
    ask: async ({ queryId = "q" }, { workspaceId }, work) => {
      const tools = {
        workspaceId,
        virtuals: clock.virtuals,
        tokenise: (...value: Parameters<ConditionTools["tokenise"]>) => privacy.tokenise(workspaceId, ...value),
        nowMs: clock.nowMs,
        zone: clock.zone,
      };
      return {
        answer: await work(tools, (feature, statement) => warehouse.rows(workspaceId, feature, statement)),
        meta: { queryId, asOf: new Date(clock.nowMs).toISOString(), elapsedMs: 0, rowsRead: 0, bytesRead: 0, memoryBytes: null },
      };
    },
    timeZone: () => Promise.resolve(clock.zone),
    virtualEvents: () => Promise.resolve(clock.virtuals),
    peopleBehind: () => {
      throw new Error("no analyses here");
    },
    turnoverSql: insight.turnoverSql,
    businessEvents: () => Promise.resolve(suggestBusinessEvents(new Set(["Order Completed", "Signed In"]))),
    usedBy: () => Promise.resolve([]),
    traitUsedBy: (_workspaceId, trait, value) => Promise.resolve(clock.traitUses(trait, value)),
    members: () => Promise.resolve(MEMBERS),
  });
  return { people, insight, segments };
}

type Parts = Pick<LiveWorld, "privacy" | "people" | "segments"> & { readonly nowMs: () => number };

const refuses = (): Promise<never> => Promise.reject(new Error("no event is refused"));

function pipelineOf(
  { db, warehouse }: TestEngines,
  { privacy, people, segments, nowMs }: Parts,
): Pick<LiveWorld, "append" | "settle" | "store" | "count"> {
  const resolver = createResolver({
    db,
    cipher: privacy,
    nowMs,
    settle: async (tx, events) => ({ leftOut: new Set<number>(), ...(await people.resolve(tx, events)) }),
    quarantine: refuses,
  });
  const storing = createWarehouseModule({
    warehouse,
    originId: ({ workspaceId, ids: [first] }) => (first === undefined ? "0" : privacy.originId(workspaceId, first.kind, first.value)),
    nowMs,
    stored: () => undefined,
    quarantine: refuses,
    pending: people.pendingChanges,
    confirm: people.confirmChanges,
    pendingTraits: people.pendingTraits,
    confirmTraits: people.confirmTraits,
    pendingTags: people.pendingTags,
    confirmTags: people.confirmTags,
  });
  const reactor = createReactor({ db, cipher: privacy }, segments.reaction);
  const settled: SettledBatch[] = [];
  const unstored: SettledBatch[] = [];
  return {
    append: (events) => inTransaction(db, (tx) => appendWithin(tx, privacy, events)),
    settle: async () => {
      for (let batch = await resolver.step(LANES); batch !== undefined; batch = await resolver.step(LANES)) {
        settled.push(batch);
        unstored.push(batch);
      }
    },
    store: async () => {
      for (const { batch, events } of unstored.splice(0)) {
        if (events.length > 0) await storing.storeBatch(batch, events, false);
        await markStored(db, [batch.batchId]);
      }
      while (await storing.syncPeople());
    },
    count: async () => {
      const next = settled.shift();
      return next !== undefined && (await reactor.take(next)) ? true : reactor.step(LANES);
    },
  };
}

/** Who everyone is by what is stored: ids by person. */
export async function ownersIn({ db }: TestEngines, workspaceId: number): Promise<ReadonlyMap<string, string>> {
  const rows = await db<{ origin: string; person: string }[]>`
    select origin_id as origin, person_id as person from identity where workspace_id = ${workspaceId}`;
  return new Map(rows.map(({ origin, person }) => [origin, person]));
}

/** The members of a segment as people who are there now, those in both engines. */
export async function membersIn(
  engines: TestEngines,
  workspaceId: number,
  segmentId: string,
): Promise<{ readonly state: readonly string[]; readonly copy: readonly string[] }> {
  const state = await engines.db<{ id: string }[]>`
    select i.person_id as id from segment_member m join identity i on i.workspace_id = m.workspace_id and i.origin_id = m.person_id
    where m.workspace_id = ${workspaceId} and m.segment_id = ${segmentId}`;
  const copy = await engines.warehouse.rows<{ id: string }>(
    workspaceId,
    "test",
    ch`select toString(dictGetOrDefault('person_of_origin', 'person_id', (workspace_id, person_id), person_id)) as id from segment_member final
      where workspace_id = ${ch.value("UInt32", workspaceId)} and segment_id = ${ch.value("UInt64", segmentId)}`,
  );
  return { state: state.map(({ id }) => id).toSorted(), copy: copy.map(({ id }) => id).toSorted() };
}

export type History = readonly { readonly origin: string; readonly event: EventFacts }[];

/** For whom the condition holds by the whole history, as `matchesPerson` says. */
export async function meantBy(
  engines: TestEngines,
  world: LiveWorld,
  workspaceId: number,
  asked: { readonly condition: PersonCondition; readonly history: History; readonly segments: ReadonlyMap<string, ReadonlySet<string>> },
): Promise<readonly string[]> {
  const owners = await ownersIn(engines, workspaceId);
  const profiles = await engines.db<{ id: string; traits: JsonObject }[]>`
    select person_id as id, traits from person_profile where workspace_id = ${workspaceId}`;
  const traits = new Map(profiles.map((row) => [row.id, row.traits]));
  const tags = await tagsIn(engines, workspaceId);
  const eventsOf = Map.groupBy(asked.history, ({ origin }) => owners.get(origin) ?? origin);
  const stored = withStoredForms(asked.condition, (personalClass, value) => world.privacy.tokenise(workspaceId, personalClass, value));
  const at = { nowMs: world.nowMs, zone: world.zone, virtuals: world.virtuals };
  const everyone = [...new Set(owners.values())].map((person) => ({
    id: person,
    tags: tags.get(person) ?? new Map<string, number>(),
    traits: traits.get(person) ?? {},
    events: (eventsOf.get(person) ?? []).map(({ event }) => event),
    segments: new Set([...asked.segments].filter(([, members]) => members.has(person)).map(([id]) => id)),
  }));
  return withStandings([stored], everyone, at)
    .filter((facts) => matchesPerson(stored, facts, at))
    .map(({ id }) => id)
    .toSorted();
}

/** Tags by person, with the instant until which each holds. */
async function tagsIn({ db }: TestEngines, workspaceId: number): Promise<ReadonlyMap<string, Map<string, number>>> {
  const rows = await db<{ id: string; tag: string; until: Date | null }[]>`
    select i.person_id as id, t.tag, t.expires_at as until from person_tag t join identity i on i.workspace_id = t.workspace_id and i.origin_id = t.origin_id
    where t.workspace_id = ${workspaceId}`;
  const tags = new Map<string, Map<string, number>>();
  for (const { id, tag, until } of rows) {
    const own = tags.get(id) ?? new Map<string, number>();
    tags.set(id, own.set(tag, Math.max(own.get(tag) ?? -Infinity, until?.getTime() ?? Infinity)));
  }
  return tags;
}

/** For whom the event engine says that the condition holds, of everyone there is. */
export async function builtBy(
  engines: TestEngines,
  world: LiveWorld,
  workspaceId: number,
  condition: PersonCondition,
): Promise<readonly string[]> {
  const everyone = [...new Set((await ownersIn(engines, workspaceId)).values())];
  const holds = personConditionSql(condition, ch`person`, {
    workspaceId,
    virtuals: world.virtuals,
    tokenise: (personalClass, value) => world.privacy.tokenise(workspaceId, personalClass, value),
    nowMs: world.nowMs,
    zone: world.zone,
  });
  const rows = await engines.warehouse.rows<{ id: string }>(
    workspaceId,
    "test",
    ch`select toString(person) as id from (select toUInt64(arrayJoin(${ch.value("Array(String)", everyone)})) as person) where ${holds}`,
  );
  return rows.map(({ id }) => id).toSorted();
}
