import type { FeedEvent, RejectedEvent } from "@terrace/domain/event/feed-event";
import { createAccessModule, type AccessModule } from "../modules/access/module.ts";
import { createCollect, type Collect, type WriteKeyLimit } from "../modules/collect/module.ts";
import { createConsent, type ConsentModule } from "../modules/consent/module.ts";
import { createImports, type ImportsModule } from "../modules/imports/module.ts";
import { createInsight, type Insight } from "../modules/insight/module.ts";
import { createPeopleModule, type PeopleModule } from "../modules/people/module.ts";
import { createReceivers, type Receivers } from "../modules/receivers/module.ts";
import { createWebhooks } from "../modules/webhooks/module.ts";
import type { Reaction } from "../platform/feed/reactor.ts";
import { loadFeedLag } from "../platform/feed/feed.views.ts";
import { WAREHOUSE } from "../platform/feed/replay.ts";
import type { RouteHandler } from "../platform/http/handler.ts";
import type { Job } from "../platform/jobs.ts";
import type { Core } from "./core.ts";
import { feedRoutes } from "./feed-routes.ts";

/** Every module of this process, wired to each other. */
export type Modules = {
  readonly access: AccessModule;
  readonly collect: Collect;
  readonly people: PeopleModule;
  readonly consent: ConsentModule;
  readonly imports: ImportsModule;
  readonly insight: Insight;
  readonly receivers: Receivers;
  readonly routes: readonly RouteHandler[];
  readonly jobs: readonly Job[];
  readonly reactions: readonly Reaction[];
  readonly stop: () => Promise<void>;
};

const HOUR_MS = 3_600_000;

/** How modules put events into the feed (resolved once they are committed), and how many a write key may send. */
export type FeedDoor = {
  readonly append: (events: readonly FeedEvent[], rejected: readonly RejectedEvent[]) => Promise<void>;
  readonly writeKeyLimit?: WriteKeyLimit | undefined;
};

/** What a module may bring to the process; each module's own type says which of these it does. */
type Part = {
  readonly routes?: readonly RouteHandler[];
  readonly jobs?: readonly Job[];
  readonly reaction?: Reaction;
  readonly stop?: () => Promise<void>;
};

/** Builds the modules in the order of their arrows: each is given only what it may know of the others. */
export async function createModules(core: Core, feed: FeedDoor): Promise<Modules> {
  const spine = createSpine(core, feed);
  const { access, collect, people } = spine;
  const { audit, workspace } = access;
  const { prepare } = collect.edge;
  const accept = (events: readonly FeedEvent[]): Promise<void> => feed.append(events, []);
  const consent = createConsent({ ...core, audit, personOf: people.personOf, prepare, accept });
  const imports = createImports({ ...core, audit, workspace, people, prepare, accept: feed.append, feedLag: () => lagOfWarehouse(core) });
  const insight = createInsight({ ...core, people, collect, workspace, feedStatus: () => loadFeedLag(core.db) });
  const webhooks = createWebhooks({ ...core, audit, owners: people.owners, chance: Math.random });
  const receivers = createReceivers({
    ...core,
    audit,
    decode: (item, at) => collect.edge.redecode("segment", item, at),
    accept: feed.append,
  });
  const sweeping = { jobs: [{ name: "access.sweep", everyMs: HOUR_MS, run: access.sweep }] };
  const feedPart = { routes: feedRoutes({ db: core.db, audit }) };
  // In the order in which they stop.
  const parts: readonly Part[] = [webhooks, receivers, insight, imports, consent, people, collect, access, sweeping, feedPart];
  await collect.start();
  return {
    ...spine,
    consent,
    imports,
    insight,
    receivers,
    routes: parts.flatMap(({ routes = [] }) => routes),
    jobs: parts.flatMap(({ jobs = [] }) => jobs),
    reactions: parts.flatMap(({ reaction }) => reaction ?? []),
    stop: async () => {
      for (const { stop } of parts) await stop?.();
    },
  };
}

/** What every other module stands on: who may do what, taking events in, and who is who. */
function createSpine(core: Core, feed: FeedDoor): Pick<Modules, "access" | "collect" | "people"> {
  const access = createAccessModule({ ...core, cipher: core.privacy });
  const { audit, workspace, findWriteKey } = access;
  const { append: accept, writeKeyLimit } = feed;
  const collect = createCollect({ ...core, audit, accept, findWriteKey, workspace, writeKeyLimit });
  const { isMarkedPersonal } = collect.definitions;
  const people = createPeopleModule({ ...core, audit, accept: (events) => feed.append(events, []), isMarkedPersonal });
  return { access, collect, people };
}

/** Events that are acknowledged and cannot be queried yet, and the age of the oldest. */
async function lagOfWarehouse({ db }: Core): Promise<{ readonly events: number; readonly seconds: number }> {
  const lag = (await loadFeedLag(db)).find(({ name }) => name === WAREHOUSE);
  return { events: lag?.lagEvents ?? 0, seconds: lag?.lagSeconds ?? 0 };
}
