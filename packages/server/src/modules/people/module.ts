import type { FieldView } from "@terrace/domain/access/field-view";
import type { FeedEvent } from "@terrace/domain/event/feed-event";
import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import type { Logger } from "pino";
import type { RouteHandler } from "../../platform/http/handler.ts";
import type { Job } from "../../platform/jobs.ts";
import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { duplicateRoutes } from "./duplicates/duplicates.routes.ts";
import { mergeByRules } from "./duplicates/merge-by-rule.ts";
import { loadDisplayNames, type DisplayNames } from "./display-names.ts";
import { createKnownFacts } from "./known-facts.ts";
import { mergeRoutes } from "./merge.routes.ts";
import { namingId } from "./naming-id.ts";
import { peopleRoutes } from "./people.routes.ts";
import { deleteConfirmedChanges, loadPendingChanges, type PersonChange } from "./person-change.store.ts";
import { ownerOrThrow } from "./person-owner.ts";
import { loadIdentities } from "./person.views.ts";
import { remarkRoutes } from "./remark.routes.ts";
import { findOwners } from "./person.views.ts";
import { resolveBatch, type Resolved } from "./resolve.ts";
import { deleteExpiredTags } from "./tag.store.ts";
import { takeBackTraitsOf, type SaidBy } from "./take-back.ts";
import { forgetTraitsBefore, forgetTraitsBeforeOf, keepTraitsBefore } from "./traits.store.ts";
import { timelineRoutes } from "./timeline.routes.ts";
import { traitRoutes } from "./trait.routes.ts";

export type { DisplayNames, PersonChange };

export type PeopleDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly privacy: PrivacyModule;
  readonly audit: AccessModule["audit"];
  /** Puts events into the feed; resolved once they are committed. */
  readonly accept: (events: readonly FeedEvent[]) => Promise<void>;
  /** Whether an operator marked a property of an event personal; by default none is. */
  readonly isMarkedPersonal?: (workspaceId: number, event: string, property: string) => boolean;
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
  /** Who some origins belong to, by origin; names as the view shows them. Unknown origins are left out. */
  readonly displayNames: (workspaceId: number, originIds: readonly string[], view: FieldView) => Promise<DisplayNames>;
  /** Whose an id is now: the person, all ids it has, and the one in clear under which operators' words about it are filed. Throws `person.not_found`. */
  readonly personOf: (workspaceId: number, id: string) => Promise<PersonIds>;
  /** Ids of the people some origins belong to, by origin; unknown origins are left out. */
  readonly owners: (workspaceId: number, originIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;
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
    displayNames: (workspaceId, originIds, view) => loadDisplayNames(deps, workspaceId, originIds, view),
    personOf: async (workspaceId, id) => {
      const personId = await ownerOrThrow(db, workspaceId, id);
      const identities = await loadIdentities(db, workspaceId, [personId]);
      return { personId, originIds: identities.map(({ originId }) => originId), naming: await namingId(deps, workspaceId, personId) };
    },
    owners: (workspaceId, originIds) => findOwners(db, workspaceId, originIds),
  };
}
