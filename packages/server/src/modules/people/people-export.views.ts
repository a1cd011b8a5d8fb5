import type { IdentityKind } from "@terrace/domain/identity/identity-kinds";
import type { JsonObject } from "@terrace/domain/json";
import type { TraitState } from "@terrace/domain/traits/fold-traits";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import { numbers } from "../../platform/storage/bulk-values.ts";
import { selectPeople } from "./narrowing.views.ts";
import type { PeopleFilter } from "./people-list.views.ts";
import { headOf, type PersonHead } from "./person.views.ts";
import { ruleOfTag, tagColumns, type TagRow } from "./tag.store.ts";

/** Neither compiling the statements of an export nor several workers for one of them pays. */
async function readPlainly(tx: Tx): Promise<void> {
  await tx`select /* no workspace_id: settings of this transaction */ set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)`;
}

/** What is read for each page is found by index; planning it anew for each would cost as much as reading it. */
export async function readByIndex(tx: Tx): Promise<void> {
  await readPlainly(tx);
  await tx`select /* no workspace_id: settings of this transaction */ set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true)`;
}

/** Ids of people in their order, a page at a time. The transaction must see one state of the tables from beginning to end; afterwards it reads by index only. */
export async function* streamPeople(
  tx: Tx,
  workspaceId: number,
  filter: PeopleFilter,
  pageRows: number,
): AsyncGenerator<readonly string[]> {
  const { identified, seenFromMs, seenToMs, narrowings } = filter;
  const conditions = [
    ...(identified === undefined ? [] : [identified ? tx`and p.identified` : tx`and not p.identified`]),
    ...(seenFromMs === undefined ? [] : [tx`and p.last_seen_ms >= ${seenFromMs}`]),
    ...(seenToMs === undefined ? [] : [tx`and p.last_seen_ms < ${seenToMs}`]),
    ...narrowings.map((narrowing) => tx`and p.person_id in (${selectPeople(tx, workspaceId, narrowing)})`),
  ].reduce((all, condition) => tx`${all} ${condition}`, tx``);
  await readPlainly(tx);
  // A cursor of SQL: the driver's own would keep the connection to itself between pages.
  await tx`
    declare exported_people no scroll cursor for select p.person_id as "personId" from person p where p.workspace_id = ${workspaceId} ${conditions} order by p.person_id`;
  // The cursor has its plan.
  await readByIndex(tx);
  for (;;) {
    const rows = await tx<
      { personId: string }[]
    >`fetch ${tx.unsafe(String(pageRows))} from exported_people /* no workspace_id: in the cursor */`;
    if (rows.length > 0) yield rows.map(({ personId }) => personId);
    if (rows.length < pageRows) return;
  }
}

/** A person with its folded traits. */
export type PersonRow = { readonly head: PersonHead; readonly traits: JsonObject };

/** These people in the order of their ids. */
export async function loadPeople(tx: Tx, workspaceId: number, personIds: readonly string[]): Promise<readonly PersonRow[]> {
  const rows = await tx<(Parameters<typeof headOf>[0] & { traits: JsonObject | null })[]>`
    select p.person_id as "personId", p.identified, p.ids_count as "idsCount", p.first_seen_ms as "firstSeenMs", p.last_seen_ms as "lastSeenMs", f.traits
    from person p left join person_profile f on f.workspace_id = ${workspaceId} and f.person_id = p.person_id
    where p.workspace_id = ${workspaceId} and p.person_id = any(${numbers(personIds)}::bigint[]) order by p.person_id`;
  return rows.map((row) => ({ head: headOf(row), traits: row.traits ?? {} }));
}

/** One id with all its facts; `value` is a token when `class` is not empty. */
export type FactRow = {
  readonly originId: string;
  readonly personId: string;
  readonly kind: IdentityKind;
  readonly value: string;
  readonly class: string;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number | null;
  readonly severedMs: number | null;
  readonly state: TraitState | null;
};

/** An id without what made it; `value` is a token when `class` is not empty. */
export type IdRow = Pick<FactRow, "originId" | "personId" | "kind" | "value" | "class">;

/** All ids of these people. */
export async function loadIdRows(tx: Tx, workspaceId: number, personIds: readonly string[]): Promise<readonly IdRow[]> {
  return tx<IdRow[]>`
    select i.origin_id as "originId", i.person_id as "personId", i.kind, i.value, i.class
    from identity i where i.workspace_id = ${workspaceId} and i.person_id = any(${numbers(personIds)}::bigint[])`;
}

/** All ids of these people with what was said about them, by their events too. */
export async function loadFactRows(tx: Tx, workspaceId: number, personIds: readonly string[]): Promise<readonly FactRow[]> {
  const rows = await tx<
    (Omit<FactRow, "firstSeenMs" | "lastSeenMs" | "severedMs"> & {
      firstSeenMs: string;
      lastSeenMs: string | null;
      severedMs: string | null;
    })[]
  >`
    select i.origin_id as "originId", i.person_id as "personId", i.kind, i.value, i.class, i.first_seen_ms as "firstSeenMs", i.last_seen_ms as "lastSeenMs", i.severed_ms as "severedMs", t.state
    from identity i left join origin_trait t on t.workspace_id = ${workspaceId} and t.origin_id = i.origin_id
    where i.workspace_id = ${workspaceId} and i.person_id = any(${numbers(personIds)}::bigint[])`;
  return rows.map((row) => ({
    ...row,
    firstSeenMs: Number(row.firstSeenMs),
    lastSeenMs: row.lastSeenMs === null ? null : Number(row.lastSeenMs),
    severedMs: row.severedMs === null ? null : Number(row.severedMs),
  }));
}

/** A join made by an operator, as stored. */
export type StoredMerge = {
  readonly low: string;
  readonly high: string;
  readonly atMs: string;
  readonly waived: boolean;
  readonly survivor: string;
  readonly reason: string;
  readonly madeBy: string;
  readonly createdAt: Date;
  readonly takenBackAt: Date | null;
  readonly takenBackBy: string | null;
};

/** What was said about two ids belonging together, as stored. */
export type LinkFact = {
  readonly low: string;
  readonly high: string;
  readonly firstAtMs: string;
  readonly assertedAtMs: string | null;
  readonly keptApart: boolean;
};

/** What was said about these ids belonging with others. */
export async function loadLinksFrom(tx: Tx, workspaceId: number, originIds: readonly string[]): Promise<readonly LinkFact[]> {
  const asked = numbers(originIds);
  return tx<LinkFact[]>`
    select low, high, first_at_ms as "firstAtMs", asserted_at_ms as "assertedAtMs", kept_apart as "keptApart" from link where workspace_id = ${workspaceId} and low = any(${asked}::bigint[])
    union
    select low, high, first_at_ms, asserted_at_ms, kept_apart from link where workspace_id = ${workspaceId} and high = any(${asked}::bigint[])`;
}

/** Joins made by operators that touch these ids, in force or taken back. */
export async function loadMergesFrom(tx: Tx, workspaceId: number, originIds: readonly string[]): Promise<readonly StoredMerge[]> {
  const asked = numbers(originIds);
  return tx<StoredMerge[]>`
    select low, high, at_ms as "atMs", waived, survivor, reason, made_by as "madeBy", created_at as "createdAt", taken_back_at as "takenBackAt", taken_back_by as "takenBackBy"
    from merge where workspace_id = ${workspaceId} and (low = any(${asked}::bigint[]) or high = any(${asked}::bigint[])) order by merge_id`;
}

/** Ids by origin, whoever they belong to. */
export async function loadIdsOf(
  db: Db | Tx,
  workspaceId: number,
  originIds: readonly string[],
): Promise<readonly { readonly originId: string; readonly kind: IdentityKind; readonly value: string; readonly class: string }[]> {
  if (originIds.length === 0) return [];
  return db<{ originId: string; kind: IdentityKind; value: string; class: string }[]>`
    select origin_id as "originId", kind, value, class from identity where workspace_id = ${workspaceId} and origin_id = any(${numbers(originIds)}::bigint[])`;
}

/** All tags in force on these ids, oldest first. */
export async function loadTagsOn(
  tx: Tx,
  workspaceId: number,
  ids: readonly { readonly originId: string; readonly personId: string }[],
  now: Date,
): Promise<readonly TagRow[]> {
  const owners = new Map(ids.map(({ originId, personId }) => [originId, personId]));
  const rows = await tx<Omit<TagRow, "personId">[]>`
    select t.origin_id as "originId", ${tagColumns(tx)}
    from person_tag t ${ruleOfTag(tx, workspaceId)} where t.workspace_id = ${workspaceId} and t.origin_id = any(${numbers([...owners.keys()])}::bigint[]) and (t.expires_at is null or t.expires_at > ${now})
    order by t.created_at, t.tag, t.rule_id`;
  return rows.flatMap((row) => {
    const personId = owners.get(row.originId);
    return personId === undefined ? [] : [{ ...row, personId }];
  });
}
