import type { FeedEvent, RejectedEvent } from "@terrace/domain/event/feed-event";
import { createAccessModule, type AccessModule } from "../modules/access/module.ts";
import { createBackup } from "../modules/backup/module.ts";
import type { Channels } from "../modules/channels/module.ts";
import { createCollect, type Collect, type WriteKeyLimit } from "../modules/collect/module.ts";
import { createConsent, type ConsentModule } from "../modules/consent/module.ts";
import { createDoctor, type DoctorDeps, type DoctorModule } from "../modules/doctor/module.ts";
import type { ExperimentsModule } from "../modules/experiments/module.ts";
import type { Holdouts } from "../modules/holdouts/module.ts";
import { createExports } from "../modules/exports/module.ts";
import { createFlags, type FlagDeps, type Flags } from "../modules/flags/module.ts";
import { createImports, type ImportsModule } from "../modules/imports/module.ts";
import type { Insight } from "../modules/insight/module.ts";
import {
  areTagsPending,
  areTraitsPending,
  checkTerms,
  createPeopleModule,
  refoldPeople,
  type PeopleModule,
} from "../modules/people/module.ts";
import type { Links } from "../modules/links/module.ts";
import { createPulls } from "../modules/pulls/module.ts";
import { createReceivers, type Receivers } from "../modules/receivers/module.ts";
import { createReferrals, type ReferralDeps, type Referrals } from "../modules/referrals/module.ts";
import type { SegmentsModule } from "../modules/segments/module.ts";
import { createSimulations, type Simulations } from "../modules/simulations/module.ts";
import { createWebhooks } from "../modules/webhooks/module.ts";
import type { Reaction } from "../platform/feed/reactor.ts";
import { createDenyList, createRightsModule, examineLedgers, type DenyList } from "../modules/rights/module.ts";
import { createEventHolder, syncPersonMap } from "../modules/warehouse/module.ts";
import { isStoredUpTo, loadNewestBatch } from "../platform/feed/batch.store.ts";
import { createFeedHolder } from "../platform/feed/feed-holder.ts";
import { VERSION } from "../version.ts";
import { loadFeedLag } from "../platform/feed/feed.views.ts";
import { WAREHOUSE } from "../platform/feed/replay.ts";
import type { RouteHandler } from "../platform/http/handler.ts";
import type { Job } from "../platform/jobs.ts";
import type { Loop } from "../platform/loops.ts";
import type { PersonalDataHolder } from "../platform/personal-data/holder.ts";
import type { Tx } from "../platform/storage/postgres.ts";
import { knownSteps } from "../platform/storage/migrate.ts";
import type { Core } from "./core.ts";
import { EVENT_MIGRATIONS } from "./event-engine.ts";
import { createExportHost } from "./export-host.ts";
import { launchBackup } from "./launch-backup.ts";
import { createExperimentParts } from "./experiment-parts.ts";
import { experimentsFor } from "./flags-and-experiments.ts";
import { createInsightParts, insightTexts } from "./insight-parts.ts";
import { ledgerFoldersNow } from "./ledger-folders.ts";
import { feedRoutes } from "./feed-routes.ts";
import { tellingParts } from "./telling-parts.ts";
import { createTouchParts } from "./touch-parts.ts";

/** Every module of this process, wired to each other. */
export type Modules = {
  readonly access: AccessModule;
  readonly collect: Collect;
  readonly people: PeopleModule;
  readonly consent: ConsentModule;
  readonly imports: ImportsModule;
  readonly insight: Insight;
  readonly receivers: Receivers;
  readonly simulations: Simulations;
  readonly denyList: DenyList;
  readonly routes: readonly RouteHandler[];
  readonly jobs: readonly Job[];
  readonly reactions: readonly Reaction[];
  readonly loops: readonly Loop[];
  readonly segments: SegmentsModule;
  readonly referrals: Referrals;
  readonly experiments: ExperimentsModule;
  readonly holdouts: Holdouts;
  readonly flags: Flags;
  readonly channels: Channels;
  readonly links: Links;
  readonly stop: () => Promise<void>;
};

const HOUR_MS = 3_600_000;

/** How modules put events into the feed (resolved once they are committed), and how many a write key may send. */
export type FeedDoor = {
  readonly append: (events: readonly FeedEvent[], rejected: readonly RejectedEvent[]) => Promise<void>;
  readonly writeKeyLimit?: WriteKeyLimit | undefined;
  /** Told when a simulation was asked for or changed. */
  readonly simulationChanged?: (() => void) | undefined;
};

/** What a module may bring to the process; each module's own type says which of these it does. */
type Part = {
  readonly routes?: readonly RouteHandler[];
  readonly jobs?: readonly Job[];
  readonly reaction?: Reaction;
  readonly loops?: readonly Loop[];
  readonly stop?: () => Promise<void>;
};

/** Builds the modules in the order of their arrows: each is given only what it may know of the others. */
export async function createModules(core: Core, door: FeedDoor): Promise<Modules> {
  const denyList = createDenyList(core);
  const feed = guardedDoor(door, denyList);
  const spine = createSpine(core, feed);
  const { access, collect, people } = spine;
  const { audit, auditHead, workspace } = access;
  const { prepare } = collect.edge;
  const accept = (events: readonly FeedEvent[]): Promise<void> => feed.append(events, []);
  const timeZone = async (workspaceId: number): Promise<string> => (await workspace(workspaceId))?.timeZone ?? "UTC";
  const reported = { workspace, classification: collect.classification, eventSpan: collect.definitions.eventSpan };
  // Who takes events away has what was counted of them counted anew.
  const recount = (tx: Tx, workspaceId: number): Promise<void> => asking.segments.recount(tx, workspaceId);
  const keeping = { prepare, accept, timeZone, purgeQuarantine: collect.quarantine.purge, recount };
  const consent = createConsent({ ...core, audit, personOf: people.personOf, people, ...keeping, ...reported });
  const ledger = { takeBackConsents: consent.takeBackImported, recount };
  const taking = { prepare, accept: feed.append, feedLag: () => lagOfWarehouse(core) };
  const imports = createImports({ ...core, ...ledger, ...taking, audit, workspace, people });
  const asking = createInsightParts(core, { ...spine, denies: denyList.denies });
  const webhooks = createWebhooks({ ...core, audit, owners: people.owners, chance: Math.random });
  const referrals = referralsOf(core, { ...spine, segments: asking.segments, denies: denyList.denies, accept });
  const experimenting = createExperimentParts(core, { ...spine, ...asking });
  const touch = createTouchParts(core, { ...spine, consent, segments: asking.segments, holdouts: experimenting.holdouts });
  const actors = together(touch, experimenting, asking);
  const receivers = receiversOf(core, spine, feed);
  const flags = flagsOf(core, { ...spine, segments: asking.segments, denies: denyList.denies, writeKeyLimit: feed.writeKeyLimit });
  const ledgerFolders = () => ledgerFoldersNow(core.db, core.config.ledgerFolders);
  const threads = createExportHost(core.config, core.log);
  const exports = createExports({ ...core, audit, people, insight: asking.insight, prepare, accept, threads, routes: () => routes });
  // Trees are settled by whose ids are now, so referrals forget before people do.
  const keepers = [referrals, people, ...actors.keepers, flags, consent, collect.quarantine, webhooks, receivers, imports, exports];
  const rights = createRightsModule({
    ...core,
    people,
    audit,
    auditHead,
    workspace,
    holders: [...keepers.map(({ holder }) => holder), insightTexts(core), feedHolder(core), eventHolder(core)],
    ledgerFolders,
    version: VERSION,
  });
  forgetErased(denyList, people, asking.insight);
  const simulations = createSimulations({ ...core, access, changed: feed.simulationChanged ?? (() => undefined) });
  const backup = createBackup({ ...core, audit, launch: (order) => launchBackup(core.config, order) });
  const pulls = createPulls({ ...core, audit, workspace, imports });
  const lists = { bring: rights.bringLedger, examine: () => examineLedgers({ ...core, ledgerFolders }) };
  const doctor = doctorOf(core, spine, { erasureLists: lists, streams: flags.streams });
  const telling = tellingParts(core, { access, ...asking });
  const acting = [referrals, pulls, simulations, exports, { stop: threads.stop }, webhooks, ...telling, rights, receivers, backup, doctor];
  const founding = [imports, consent, people, collect, ...operatingParts(core, access), denyList];
  const parts: readonly Part[] = [flags, ...acting, ...actors.parts, ...founding];
  const routes = parts.flatMap(({ routes: own = [] }) => own);
  await collect.start();
  await denyList.start();
  await rights.bringLedger();
  const { holdouts } = experimenting;
  const { channels, links } = touch;
  const made = { channels, links, holdouts, consent, imports, receivers, simulations, denyList, referrals, flags, routes };
  return { ...spine, ...asking, ...made, ...broughtBy(parts) };
}

type Brought = { readonly parts: readonly Part[]; readonly keepers: readonly { readonly holder: PersonalDataHolder }[] };

function together(...groups: readonly Brought[]): Brought {
  return { parts: groups.flatMap(({ parts }) => parts), keepers: groups.flatMap(({ keepers }) => keepers) };
}

function broughtBy(parts: readonly Part[]): Pick<Modules, "jobs" | "reactions" | "loops" | "stop"> {
  return {
    jobs: parts.flatMap(({ jobs = [] }) => jobs),
    reactions: parts.flatMap(({ reaction }) => reaction ?? []),
    loops: parts.flatMap(({ loops = [] }) => loops),
    stop: async () => {
      for (const { stop } of parts) await stop?.();
    },
  };
}

/** What every other module stands on: who may do what, taking events in, and who is who. */
function createSpine(core: Core, feed: FeedDoor): Pick<Modules, "access" | "collect" | "people"> {
  const access = createAccessModule({
    ...core,
    cipher: core.privacy,
    reachProvider: core.outbound.fetchEvenWhenHeld,
    publicUrl: core.config.publicUrl,
  });
  const { audit, workspace, findWriteKey, isMember } = access;
  const { append: accept, writeKeyLimit } = feed;
  const collect = createCollect({ ...core, audit, accept, findWriteKey, isMember, workspace, writeKeyLimit });
  const { isMarkedPersonal } = collect.definitions;
  const virtualEvents = collect.virtualEvents.list;
  const people = createPeopleModule({ ...core, audit, accept: (events) => feed.append(events, []), isMarkedPersonal, virtualEvents });
  return { access, collect, people };
}

/** Operators' own access, and operating the feed; they stop after what works with them. */
function operatingParts(core: Core, access: AccessModule): readonly Part[] {
  return [
    access,
    { jobs: [{ name: "access.sweep", everyMs: HOUR_MS, run: access.sweep }] },
    { routes: feedRoutes({ db: core.db, audit: access.audit }) },
  ];
}

type Referring = Pick<Modules, "access" | "collect" | "people" | "segments"> & Pick<ReferralDeps, "denies" | "accept">;

function referralsOf(core: Core, { access, collect, people, segments, denies, accept }: Referring): Referrals {
  return createReferrals({
    ...core,
    audit: access.audit,
    workspace: access.workspace,
    people,
    virtualEvents: collect.virtualEvents.list,
    segmentsOf: segments.segmentsOf,
    segmentNames: segments.names,
    denies,
    accept,
  });
}

type Flagging = Pick<Modules, "access" | "segments"> & Pick<FlagDeps, "denies" | "writeKeyLimit">;

function flagsOf(core: Core, { access, segments, denies, writeKeyLimit }: Flagging): Flags {
  const { audit, findWriteKey, workspace } = access;
  const experiments = experimentsFor({ ...core, audit, workspace });
  return createFlags({ ...core, audit, findWriteKey, segmentNames: segments.names, ...experiments, denies, writeKeyLimit });
}

function receiversOf(core: Core, { access, collect }: Pick<Modules, "access" | "collect">, feed: FeedDoor): Receivers {
  return createReceivers({
    ...core,
    audit: access.audit,
    decode: (item, at) => collect.edge.redecode("segment", item, at),
    accept: feed.append,
  });
}

function doctorOf(
  core: Core,
  { access, people }: Pick<Modules, "access" | "people">,
  known: Pick<DoctorDeps, "erasureLists" | "streams">,
): DoctorModule {
  return createDoctor({
    ...core,
    audit: access.audit,
    knownSteps: () => knownSteps(EVENT_MIGRATIONS),
    folders: [core.config.dataFolder],
    people: { checkTerms, refoldPeople },
    syncPeople: () => syncPersonMap({ warehouse: core.warehouse, pending: people.pendingChanges, confirm: people.confirmChanges }),
    ...known,
  });
}

/** What this process remembers of people goes when somebody was erased. */
function forgetErased(denyList: DenyList, people: PeopleModule, insight: Insight): void {
  denyList.onChange((workspaces) => {
    people.forgetKnown();
    insight.forget(workspaces);
  });
}

/** The same door with someone standing in it who knows whom not to let in. */
function guardedDoor(door: FeedDoor, denyList: DenyList): FeedDoor {
  return {
    ...door,
    append: async (events, rejected) => {
      const [may, mayNot] = [denyList.admit(events), denyList.admitRejected(rejected)];
      if (may.length > 0 || mayNot.length > 0) await door.append(may, mayNot);
    },
  };
}

function feedHolder({ privacy }: Core): PersonalDataHolder {
  return createFeedHolder({ cipher: privacy, originId: (workspaceId, { kind, value }) => privacy.originId(workspaceId, kind, value) });
}

function eventHolder({ warehouse }: Core): PersonalDataHolder {
  return createEventHolder({ warehouse, newestBatch: loadNewestBatch, storedUpTo: isStoredUpTo, areTraitsPending, areTagsPending });
}

/** Events that are acknowledged and cannot be queried yet, and the age of the oldest. */
async function lagOfWarehouse({ db }: Core): Promise<{ readonly events: number; readonly seconds: number }> {
  const lag = (await loadFeedLag(db)).find(({ name }) => name === WAREHOUSE);
  return { events: lag?.lagEvents ?? 0, seconds: lag?.lagSeconds ?? 0 };
}
