import type { FeedEvent, RejectedEvent } from "@terrace/domain/event/feed-event";
import { createAccessModule, type AccessModule } from "../modules/access/module.ts";
import { createCollect, type Collect, type WriteKeyLimit } from "../modules/collect/module.ts";
import { createConsent, type ConsentModule } from "../modules/consent/module.ts";
import { createImports, type ImportsModule } from "../modules/imports/module.ts";
import { createInsight, type Insight } from "../modules/insight/module.ts";
import { createPeopleModule, type PeopleModule } from "../modules/people/module.ts";
import { loadFeedLag } from "../platform/feed/feed.views.ts";
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
  readonly routes: readonly RouteHandler[];
  readonly jobs: readonly Job[];
  readonly stop: () => Promise<void>;
};

const HOUR_MS = 3_600_000;

/** How modules put events into the feed (resolved once they are committed), and how many a write key may send. */
export type FeedDoor = {
  readonly append: (events: readonly FeedEvent[], rejected: readonly RejectedEvent[]) => Promise<void>;
  readonly writeKeyLimit?: WriteKeyLimit | undefined;
};

/** What every other module stands on: who may do what, taking events in, and who is who. */
function createSpine(core: Core, feed: FeedDoor): Pick<Modules, "access" | "collect" | "people"> {
  const { db, warehouse, privacy, nowMs, randomId, log } = core;
  const access = createAccessModule({ db, nowMs, randomBytes: core.randomBytes, log });
  const collect = createCollect({
    db,
    warehouse,
    privacy,
    audit: access.audit,
    nowMs,
    accept: feed.append,
    findWriteKey: access.findWriteKey,
    workspace: access.workspace,
    writeKeyLimit: feed.writeKeyLimit,
    log,
  });
  const people = createPeopleModule({
    db,
    warehouse,
    privacy,
    audit: access.audit,
    accept: (events) => feed.append(events, []),
    isMarkedPersonal: collect.definitions.isMarkedPersonal,
    nowMs,
    randomId,
    log,
  });
  return { access, collect, people };
}

/** Builds the modules in the order of their arrows: each is given only what it may know of the others. */
export async function createModules(core: Core, feed: FeedDoor): Promise<Modules> {
  const { db, warehouse, privacy, nowMs, randomId, log } = core;
  const { access, collect, people } = createSpine(core, feed);
  const consent = createConsent({
    db,
    privacy,
    audit: access.audit,
    personOf: people.personOf,
    prepare: collect.edge.prepare,
    accept: (events) => feed.append(events, []),
    nowMs,
    randomId,
  });
  const imports = createImports({ db, warehouse, privacy, audit: access.audit, prepare: collect.edge.prepare, accept: feed.append, nowMs });
  const insight = createInsight({
    db,
    warehouse,
    nowMs,
    log,
    people,
    collect,
    workspace: access.workspace,
    feedStatus: () => loadFeedLag(db),
  });
  await collect.start();
  return {
    access,
    collect,
    people,
    consent,
    imports,
    insight,
    routes: [
      ...access.routes,
      ...people.routes,
      ...consent.routes,
      ...collect.routes,
      ...insight.routes,
      ...imports.routes,
      ...feedRoutes({ db, audit: access.audit }),
    ],
    jobs: [...collect.jobs, ...people.jobs, ...imports.jobs, { name: "access.sweep", everyMs: HOUR_MS, run: access.sweep }],
    stop: async () => {
      await insight.stop();
      await collect.stop();
    },
  };
}
