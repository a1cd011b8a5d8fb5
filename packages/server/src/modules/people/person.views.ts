import type { TraitUnit } from "@terrace/domain/computed/trait-unit";
import type { Json } from "@terrace/domain/json";
import type { IdentityKind } from "@terrace/domain/identity/identity-kinds";
import type { JsonObject } from "@terrace/domain/json";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** A person as a list shows it before anything is hydrated; times are Unix ms. */
export type PersonHead = {
  readonly personId: string;
  readonly identified: boolean;
  readonly idsCount: number;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
};

/** An id of a person; `value` is a token when `class` is not empty. */
export type IdentityView = {
  readonly originId: string;
  readonly personId: string;
  readonly kind: IdentityKind;
  readonly value: string;
  readonly class: string;
  readonly firstSeenMs: number;
};

const IDENTITIES_MAX = 20_000;
const BIGINT_MAX = 9_223_372_036_854_775_807n;

type HeadRow = { personId: string; identified: boolean; idsCount: number; firstSeenMs: string; lastSeenMs: string };

/** A stored person in numbers. */
export function headOf(row: HeadRow): PersonHead {
  return {
    personId: row.personId,
    identified: row.identified,
    idsCount: row.idsCount,
    firstSeenMs: Number(row.firstSeenMs),
    lastSeenMs: Number(row.lastSeenMs),
  };
}

/** True for decimal text that can be an id of a person or an origin. */
export function isStoredId(text: string): boolean {
  return /^\d{1,19}$/.test(text) && BigInt(text) <= BIGINT_MAX;
}

/** The person an origin belongs to now; a person's own id is the origin of its strongest id. */
export async function findOwner(db: Db, workspaceId: number, originId: string): Promise<string | undefined> {
  if (!isStoredId(originId)) return undefined;
  const [row] = await db<
    { personId: string }[]
  >`select person_id as "personId" from identity where workspace_id = ${workspaceId} and origin_id = ${originId}`;
  return row?.personId;
}

/** The people who own some origins, by origin. */
export async function findOwners(db: Db | Tx, workspaceId: number, originIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (originIds.length === 0) return new Map();
  const rows = await db<{ originId: string; personId: string }[]>`
    select origin_id as "originId", person_id as "personId" from identity
    where workspace_id = ${workspaceId} and origin_id = any(${originIds.filter(isStoredId)}::bigint[]) limit ${IDENTITIES_MAX}`;
  return new Map(rows.map(({ originId, personId }) => [originId, personId]));
}

export async function findHead(db: Db, workspaceId: number, personId: string): Promise<PersonHead | undefined> {
  const [row] = await db<HeadRow[]>`
    select person_id as "personId", identified, ids_count as "idsCount", first_seen_ms as "firstSeenMs", last_seen_ms as "lastSeenMs"
    from person where workspace_id = ${workspaceId} and person_id = ${personId}`;
  return row === undefined ? undefined : headOf(row);
}

/** The heads of these people, by person. */
export async function loadHeads(db: Db, workspaceId: number, personIds: readonly string[]): Promise<ReadonlyMap<string, PersonHead>> {
  if (personIds.length === 0) return new Map();
  const rows = await db<HeadRow[]>`
    select person_id as "personId", identified, ids_count as "idsCount", first_seen_ms as "firstSeenMs", last_seen_ms as "lastSeenMs"
    from person where workspace_id = ${workspaceId} and person_id = any(${[...personIds]}::bigint[]) limit ${IDENTITIES_MAX}`;
  return new Map(rows.map((row) => [row.personId, headOf(row)]));
}

/** All ids of these people. */
export async function loadIdentities(db: Db | Tx, workspaceId: number, personIds: readonly string[]): Promise<readonly IdentityView[]> {
  if (personIds.length === 0) return [];
  const rows = await db<(Omit<IdentityView, "firstSeenMs"> & { firstSeenMs: string })[]>`
    select origin_id as "originId", person_id as "personId", kind, value, class, first_seen_ms as "firstSeenMs"
    from identity where workspace_id = ${workspaceId} and person_id = any(${personIds}::bigint[]) limit ${IDENTITIES_MAX}`;
  return rows.map((row) => ({ ...row, firstSeenMs: Number(row.firstSeenMs) }));
}

/** The newest id of each of some kinds of these people: of several the one that was seen first last. As many as there are people and kinds, whatever else they have. */
export async function loadNewest(
  db: Db | Tx,
  workspaceId: number,
  personIds: readonly string[],
  kinds: readonly IdentityKind[],
): Promise<readonly IdentityView[]> {
  if (personIds.length === 0) return [];
  const rows = await db<(Omit<IdentityView, "firstSeenMs"> & { firstSeenMs: string })[]>`
    select distinct on (person_id, kind) origin_id as "originId", person_id as "personId", kind, value, class, first_seen_ms as "firstSeenMs"
    from identity where workspace_id = ${workspaceId} and person_id = any(${[...personIds]}::bigint[]) and kind = any(${[...kinds]}::text[])
    order by person_id, kind, first_seen_ms desc, origin_id`;
  return rows.map((row) => ({ ...row, firstSeenMs: Number(row.firstSeenMs) }));
}

/** The origins of one person. */
export async function loadOrigins(db: Db, workspaceId: number, personId: string): Promise<readonly string[]> {
  const rows = await db<
    { originId: string }[]
  >`select origin_id as "originId" from identity where workspace_id = ${workspaceId} and person_id = ${personId} limit ${IDENTITIES_MAX}`;
  return rows.map(({ originId }) => originId);
}

/** The folded traits of these people, by person. */
export async function loadProfiles(
  db: Db | Tx,
  workspaceId: number,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, JsonObject>> {
  if (personIds.length === 0) return new Map();
  const rows = await db<{ personId: string; traits: JsonObject }[]>`
    select person_id as "personId", traits from person_profile where workspace_id = ${workspaceId} and person_id = any(${personIds}::bigint[]) limit ${IDENTITIES_MAX}`;
  return new Map(rows.map(({ personId, traits }) => [personId, traits]));
}

/** Merges in force between ids of a person. */
export async function countMerges(db: Db, workspaceId: number, originIds: readonly string[]): Promise<number> {
  const [row] = await db<{ merges: number }[]>`
    select count(*)::int as merges from merge where workspace_id = ${workspaceId} and taken_back_at is null and low = any(${originIds}::bigint[])`;
  return row?.merges ?? 0;
}

/** What is reckoned of a person from what they did, with how it is called. */
export type ReckonedTrait = {
  readonly key: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly unit: TraitUnit;
  readonly value: Json;
};

export async function loadReckoned(db: Db, workspaceId: number, personId: string): Promise<readonly ReckonedTrait[]> {
  return db<ReckonedTrait[]>`
    select c.key, c.name_zh as "nameZh", c.name_en as "nameEn", c.unit, p.computed -> ('$computed_' || c.key) as value
    from person_profile p join computed_trait c on c.workspace_id = ${workspaceId} and p.computed ? ('$computed_' || c.key)
    where p.workspace_id = ${workspaceId} and p.person_id = ${personId} order by c.trait_id limit 1000`;
}

export type ComputedTrait = {
  readonly trait: string;
  readonly value: string;
  readonly key: string;
  readonly name: string;
  readonly valueName: string;
  readonly since: Date;
};

/** What is reckoned of a person: values of classes, with how these are called and since when the person has them. */
export async function loadComputed(db: Db, workspaceId: number, personId: string): Promise<readonly ComputedTrait[]> {
  return db<ComputedTrait[]>`
    select '$' || c.key as trait, v.value, c.key, c.name, s.name as "valueName", min(h.entered_at) as since
    from person_profile p join person_class c on c.workspace_id = ${workspaceId}
    join class_value v on v.workspace_id = ${workspaceId} and v.class_id = c.class_id and v.value = p.computed ->> ('$' || c.key)
    join segment s on s.workspace_id = ${workspaceId} and s.segment_id = v.segment_id
    join identity i on i.workspace_id = ${workspaceId} and i.person_id = p.person_id
    join segment_member h on h.workspace_id = ${workspaceId} and h.segment_id = v.segment_id and h.person_id = i.origin_id
    where p.workspace_id = ${workspaceId} and p.person_id = ${personId}
    group by c.class_id, c.key, c.name, v.value, s.name order by c.class_id limit 100`;
}
