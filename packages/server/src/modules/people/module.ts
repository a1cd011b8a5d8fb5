import type { FieldView } from "@terrace/domain/access/field-view";
import type { FeedEvent } from "@terrace/domain/event/feed-event";
import type { PersonFacts } from "@terrace/domain/exports/person-dump";
import type { VirtualEvent } from "@terrace/domain/event/virtual-event";
import type { IdentityKind, IdentityRef } from "@terrace/domain/identity/identity-kinds";
import type { JsonObject } from "@terrace/domain/json";
import type { Logger } from "pino";
import type { Grant, RouteHandler } from "../../platform/http/handler.ts";
import type { Job } from "../../platform/jobs.ts";
import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { duplicateRoutes } from "./duplicates/duplicates.routes.ts";
import { mergeByRules } from "./duplicates/merge-by-rule.ts";
import { forgetTerms } from "./forget-terms.ts";
import { loadDisplayNames, type DisplayNames } from "./display-names.ts";
import { createKnownFacts } from "./known-facts.ts";
import { mergeRoutes } from "./merge.routes.ts";
import { namingId } from "./naming-id.ts";
import { lookupRoutes } from "./lookup.routes.ts";
import { loadClearIds } from "./clear-ids.ts";
import { restoreFacts } from "./facts-restore.ts";
import { openPeopleExport, type ExportedPerson, type PeopleExport } from "./people-export.ts";
import { type PeopleExportOptions } from "./exported-page.ts";
import { type PersonParts } from "./exported-page.ts";
import { createPeopleHolder } from "./people-holder.ts";
import { idsOfPeople, lockIdsOfPeople, type OwnedId } from "./person-ids.ts";
import { filterOf, peopleRoutes, type PeopleFilterQuery } from "./people.routes.ts";
import { areChangesPending, deleteConfirmedChanges, loadPendingChanges, type PersonChange } from "./person-change.store.ts";
import { ownerOrThrow } from "./person-owner.ts";
import { loadIdentities, loadProfiles, type IdentityView } from "./person.views.ts";
import { remarkRoutes } from "./remark.routes.ts";
import { speakOf, type SpokenOf, type ToSpeakOf } from "./spoken.ts";
import { countTraitShares, loadTraitNames, type TraitShares } from "./trait-shares.views.ts";
import { findOwners, loadNewest } from "./person.views.ts";
import { resolveBatch, type Resolved } from "./resolve.ts";
import { deleteExpiredTags } from "./tag.store.ts";
import { takeBackTraitsOf, type SaidBy } from "./take-back.ts";
import { forgetTraitsBefore, forgetTraitsBeforeOf, keepTraitsBefore } from "./traits.store.ts";
import { timelineRoutes } from "./timeline.routes.ts";
import { traitRoutes } from "./trait.routes.ts";
import { areTagsPending, deleteConfirmedTags, loadPendingTags, type TagChange } from "./tag-change.store.ts";
import { areTraitsPending, deleteConfirmedTraits, loadPendingTraits, type TraitsChange } from "./trait-change.store.ts";

export type { IdentityView, SpokenOf, ToSpeakOf, TraitShares };
export type { DisplayNames, ExportedPerson, PeopleExport, PeopleExportOptions, PeopleFilterQuery, PersonChange, PersonParts };
export { facetsOf } from "./facets.ts";
export { displayOf, textSeen } from "./field-display.ts";
export { areNotesHidden, formValueSeen, noteSeen } from "./remark-picture.ts";
export { joinPeopleExport, WHOLE_PERSON } from "./people-export.ts";
export { shownFields } from "./person-picture.ts";
export { inClear, reveal, revealText, tokenClass, tokensIn } from "./personal-text.ts";
export { checkTerms, refoldPeople } from "./mend-derived.ts";
export { forgetTerms } from "./forget-terms.ts";
export { lockIdsOfPeople } from "./person-ids.ts";
export { areChangesPending, areTagsPending, areTraitsPending };
export { deleteTag, saveTag } from "./tag.store.ts";
export { deleteConfirmedChanges as confirmPersonChanges, loadPendingChanges as pendingPersonChanges } from "./person-change.store.ts";
export { valueOrThrow } from "./merge.commands.ts";

export type PeopleDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly privacy: PrivacyModule;
  readonly audit: AccessModule["audit"];
  /** Puts events into the feed; resolved once they are committed. */
  readonly accept: (events: readonly FeedEvent[]) => Promise<void>;
  /** Whether an operator marked a property of an event personal; by default none is. */
  readonly isMarkedPersonal?: (workspaceId: number, event: string, property: string) => boolean;
  /** Virtual events of a workspace, by which its events may be asked for too; by default there are none. */
  readonly virtualEvents?: (workspaceId: number) => Promise<readonly VirtualEvent[]>;
  readonly nowMs: () => number;
  readonly randomId: () => string;
  readonly log: Logger;
};

export type PersonIds = { readonly personId: string; readonly originIds: readonly string[]; readonly naming: IdentityRef };

/** Who is who: identities, people, traits, tags, notes and merges. */
export type PeopleModule = {
  readonly routes: readonly RouteHandler[];
  /** Settles whose the events of a batch are; call `committed` after the commit only. */
  readonly resolve: (tx: Tx, events: readonly FeedEvent[]) => Promise<Resolved>;
  readonly jobs: readonly Job[];
  /** Keeps what ids say about themselves under a mark, before something speaks of them that may be taken back. */
  readonly keepTraits: (workspaceId: number, mark: string, originIds: readonly string[]) => Promise<void>;
  /** Takes back what messages said about ids; answers how many ids that concerned. */
  readonly takeBackTraits: (tx: Tx, workspaceId: number, mark: string, said: SaidBy) => Promise<number>;
  readonly forgetKept: (tx: Tx, workspaceId: number, mark: string) => Promise<void>;
  /** Forgets whatever was kept of ids, under any mark. */
  readonly forgetKeptOf: (tx: Tx, workspaceId: number, originIds: readonly string[]) => Promise<void>;
  /** Changes of whose an origin is that the event engine does not know yet, oldest first. */
  readonly pendingChanges: (limit: number) => Promise<readonly PersonChange[]>;
  readonly confirmChanges: (changes: readonly PersonChange[]) => Promise<void>;
  /** People whose traits the event engine does not know yet, with their traits. */
  readonly pendingTraits: (limit: number) => Promise<readonly TraitsChange[]>;
  readonly confirmTraits: (changes: readonly TraitsChange[]) => Promise<void>;
  /** Tags that the event engine does not know yet as they are. */
  readonly pendingTags: (limit: number) => Promise<readonly TagChange[]>;
  readonly confirmTags: (changes: readonly TagChange[]) => Promise<void>;
  /** Who some origins belong to, by origin; names as the view shows them. Unknown origins are left out. */
  readonly displayNames: (workspaceId: number, originIds: readonly string[], view: FieldView) => Promise<DisplayNames>;
  /** Whose an id is now: the person, all ids it has, and the one in clear under which operators' words about it are filed. Throws `person.not_found`. */
  readonly personOf: (workspaceId: number, id: string) => Promise<PersonIds>;
  /** Ids of the people some origins belong to, by origin; unknown origins are left out. */
  /** The same, in a transaction. */
  readonly ownersIn: (db: Db | Tx, workspaceId: number, originIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** The newest id of each of some kinds, of each of these people. */
  readonly newest: (
    db: Db | Tx,
    workspaceId: number,
    personIds: readonly string[],
    kinds: readonly IdentityKind[],
  ) => Promise<readonly IdentityView[]>;
  readonly owners: (workspaceId: number, originIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** All ids of these people as they are stored: a token stands for what is personal. */
  readonly identities: (db: Db | Tx, workspaceId: number, personIds: readonly string[]) => Promise<readonly IdentityView[]>;
  /** Traits of these people as they are stored, by person. */
  readonly profiles: (db: Db | Tx, workspaceId: number, personIds: readonly string[]) => Promise<ReadonlyMap<string, JsonObject>>;
  /** Holds the people who meet a query as they are at this moment; close it. */
  readonly openExport: (reader: Pick<Grant, "workspaceId" | "fields">, query: PeopleFilterQuery) => Promise<PeopleExport>;
  /** Adds the facts of people exported elsewhere; what is there already stays. */
  readonly restoreFacts: (tx: Tx, workspaceId: number, people: readonly PersonFacts[]) => Promise<void>;
  /** The ids with these origins, in clear. */
  readonly clearIds: (workspaceId: number, originIds: readonly string[]) => Promise<ReadonlyMap<string, IdentityRef>>;
  /** The same on a connection that is open: within a transaction nobody takes a second one. */
  readonly clearIdsIn: (sql: Db | Tx, workspaceId: number, originIds: readonly string[]) => Promise<ReadonlyMap<string, IdentityRef>>;
  /** What a message may say of people, in the order asked for: as a view shows it, or in clear right before sending. */
  readonly speakOf: (
    workspaceId: number,
    asked: readonly ToSpeakOf[],
    view: FieldView | "clear",
  ) => Promise<readonly (SpokenOf | undefined)[]>;
  /** How many identified people have something under each of some traits. */
  readonly traitShares: (workspaceId: number, traits: readonly string[]) => Promise<TraitShares>;
  /** Traits that identified people have, the most frequent first. */
  readonly traitNames: (workspaceId: number) => ReturnType<typeof loadTraitNames>;
  /** All ids of the people who own some ids; unknown ids are left out. */
  readonly idsOfPeople: (db: Db | Tx, workspaceId: number, originIds: readonly string[]) => Promise<readonly OwnedId[]>;
  /** The same, and until the transaction ends nobody else changes people of the workspace. */
  readonly lockIdsOfPeople: (tx: Tx, workspaceId: number, originIds: readonly string[]) => Promise<readonly OwnedId[]>;
  /** Takes ids out of the search index; call it while their personal values can still be opened. Answers how many entries went. */
  readonly forgetTerms: (tx: Tx, workspaceId: number, originIds: readonly string[]) => Promise<number>;
  /** Forgets what this process knows to be stored: people were erased. */
  readonly forgetKnown: () => void;
  readonly holder: PersonalDataHolder;
};

const KNOWN_FACTS_MAX = 200_000;
const EXPIRE_TAGS_EVERY_MS = 60_000;
const MERGE_BY_RULES_EVERY_MS = 600_000;

export function createPeopleModule(deps: PeopleDeps): PeopleModule {
  const { db, privacy, nowMs } = deps;
  const known = createKnownFacts(KNOWN_FACTS_MAX);
  return {
    routes: [
      ...peopleRoutes(deps),
      ...lookupRoutes(deps),
      ...timelineRoutes(deps),
      ...traitRoutes(deps),
      ...remarkRoutes(deps),
      ...mergeRoutes(deps),
      ...duplicateRoutes(deps),
    ],
    resolve: (tx, events) => resolveBatch({ privacy, known }, tx, events),
    keepTraits: (workspaceId, mark, originIds) => keepTraitsBefore(db, workspaceId, mark, originIds),
    takeBackTraits: takeBackTraitsOf,
    forgetKept: forgetTraitsBefore,
    forgetKeptOf: forgetTraitsBeforeOf,
    jobs: [
      { name: "people.expire_tags", everyMs: EXPIRE_TAGS_EVERY_MS, run: () => deleteExpiredTags(db, new Date(nowMs())) },
      { name: "people.merge_by_rules", everyMs: MERGE_BY_RULES_EVERY_MS, run: () => mergeByRules(deps) },
    ],
    pendingChanges: (limit) => loadPendingChanges(db, limit),
    confirmChanges: (changes) => deleteConfirmedChanges(db, changes),
    pendingTraits: (limit) => loadPendingTraits(db, limit),
    confirmTraits: (changes) => deleteConfirmedTraits(db, changes),
    pendingTags: (limit) => loadPendingTags(db, limit),
    confirmTags: (changes) => deleteConfirmedTags(db, changes),
    displayNames: (workspaceId, originIds, view) => loadDisplayNames(deps, workspaceId, originIds, view),
    personOf: async (workspaceId, id) => {
      const personId = await ownerOrThrow(db, workspaceId, id);
      const identities = await loadIdentities(db, workspaceId, [personId]);
      return { personId, originIds: identities.map(({ originId }) => originId), naming: await namingId(deps, workspaceId, personId) };
    },
    identities: loadIdentities,
    profiles: loadProfiles,
    ownersIn: findOwners,
    newest: loadNewest,
    owners: (workspaceId, originIds) => findOwners(db, workspaceId, originIds),
    openExport: async (reader, query) => openPeopleExport(deps, reader.workspaceId, await filterOf(deps, reader, query, new Date(nowMs()))),
    restoreFacts: (tx, workspaceId, facts) => restoreFacts(deps, tx, workspaceId, facts),
    speakOf: (workspaceId, asked, view) => speakOf(deps, workspaceId, asked, view),
    traitShares: (workspaceId, traits) => countTraitShares(db, workspaceId, traits),
    traitNames: (workspaceId) => loadTraitNames(db, workspaceId),
    clearIds: (workspaceId, originIds) => loadClearIds(deps, workspaceId, originIds),
    clearIdsIn: (sql, workspaceId, originIds) => loadClearIds({ ...deps, db: sql }, workspaceId, originIds),
    idsOfPeople,
    lockIdsOfPeople,
    forgetTerms: (tx, workspaceId, originIds) => forgetTerms(deps, tx, workspaceId, originIds),
    forgetKnown: known.clear,
    holder: createPeopleHolder(deps),
  };
}
