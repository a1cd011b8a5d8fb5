import type { ConsentSource } from "@terrace/domain/consent/consent-claims";
import type { ConsentState } from "@terrace/domain/consent/consent-facts";
import type { Purpose } from "@terrace/domain/consent/purposes";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** A line of the ledger to be written; `evidence` is encrypted already. */
export type NewFact = {
  readonly workspaceId: number;
  readonly originId: string;
  readonly purpose: string;
  readonly channel: string;
  readonly state: ConsentState;
  readonly atMs: number;
  readonly source: ConsentSource;
  readonly textKey: string;
  readonly textVersion: number;
  readonly evidence: Uint8Array;
  readonly actor: string;
};

/** Adds lines; one that is there already stays as it is. Answers how many were new. */
export async function insertFacts(tx: Tx, facts: readonly NewFact[], learnedAt: Date): Promise<number> {
  if (facts.length === 0) return 0;
  // In one order, so that two batches never wait for each other in a circle.
  const sorted = facts.toSorted((a, b) => a.workspaceId - b.workspaceId || compareText(keyOf(a), keyOf(b)));
  const added = await tx`
    insert into consent_fact (workspace_id, origin_id, purpose, channel, state, at_ms, source, text_key, text_version, evidence, actor, learned_at)
    select workspace_id, origin_id, purpose, channel, state, at_ms, source, text_key, text_version, decode(evidence, 'base64'), actor, ${learnedAt}
    from unnest(${sorted.map((f) => f.workspaceId)}::int[], ${sorted.map((f) => f.originId)}::bigint[], ${sorted.map((f) => f.purpose)}::text[], ${sorted.map((f) => f.channel)}::text[],
      ${sorted.map((f) => f.state)}::text[], ${sorted.map((f) => f.atMs)}::bigint[], ${sorted.map((f) => f.source)}::text[], ${sorted.map((f) => f.textKey)}::text[],
      ${sorted.map((f) => f.textVersion)}::int[], ${sorted.map((f) => Buffer.from(f.evidence).toString("base64"))}::text[], ${sorted.map((f) => f.actor)}::text[])
      as said (workspace_id, origin_id, purpose, channel, state, at_ms, source, text_key, text_version, evidence, actor)
    on conflict (workspace_id, origin_id, purpose, channel, at_ms, state) do nothing`;
  return added.count;
}

/** What makes two lines the same fact. */
export function keyOf(fact: Pick<NewFact, "originId" | "purpose" | "channel" | "atMs" | "state">): string {
  return `${fact.originId} ${fact.purpose} ${fact.channel} ${fact.atMs} ${fact.state}`;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Forgets the lines of some ids, for an erasure; nothing else can delete from the ledger. */
export async function eraseFacts(tx: Tx, workspaceId: number, originIds: readonly string[]): Promise<number> {
  await tx`select set_config('terrace.erasing', 'on', true) /* all workspaces: a setting of this transaction */`;
  const gone =
    await tx`delete from consent_fact where workspace_id = ${workspaceId} and origin_id = any(${originIds as string[]}::bigint[])`;
  await tx`select set_config('terrace.erasing', 'off', true) /* all workspaces: a setting of this transaction */`;
  await tx`delete from consent_import where workspace_id = ${workspaceId} and origin_id = any(${originIds as string[]}::bigint[])`;
  const pending =
    await tx`delete from consent_pending where workspace_id = ${workspaceId} and origin_id = any(${originIds as string[]}::bigint[])`;
  return gone.count + pending.count;
}

/** A line of the ledger that an import said. */
export type ImportedFact = Pick<NewFact, "workspaceId" | "originId" | "purpose" | "channel" | "state" | "atMs"> & {
  readonly importId: string;
};

/** Notes which import said what, so that it can be taken back unless another said the same. */
export async function insertImported(tx: Tx, facts: readonly ImportedFact[]): Promise<void> {
  if (facts.length === 0) return;
  const sorted = facts.toSorted((a, b) => a.workspaceId - b.workspaceId || compareText(keyOf(a), keyOf(b)));
  await tx`
    insert into consent_import (workspace_id, import_id, origin_id, purpose, channel, state, at_ms)
    select workspace_id, import_id, origin_id, purpose, channel, state, at_ms
    from unnest(${sorted.map((f) => f.workspaceId)}::int[], ${sorted.map((f) => f.importId)}::bigint[], ${sorted.map((f) => f.originId)}::bigint[], ${sorted.map((f) => f.purpose)}::text[],
      ${sorted.map((f) => f.channel)}::text[], ${sorted.map((f) => f.state)}::text[], ${sorted.map((f) => f.atMs)}::bigint[])
      as said (workspace_id, import_id, origin_id, purpose, channel, state, at_ms)
    on conflict do nothing`;
}

const TAKEN_BACK_AT_ONCE = 5_000;

/**
 * Takes up to 5,000 lines of an import out of the ledger, those another import said too excepted: a wrong file was never anybody's word. Answers
 * how many were dealt with and how many are gone; the audit log keeps that it was done. Call until `done` is 0.
 */
export async function takeBackImported(
  tx: Tx,
  workspaceId: number,
  importId: string,
): Promise<{ readonly done: number; readonly removed: number }> {
  await tx`select set_config('terrace.erasing', 'on', true) /* all workspaces: a setting of this transaction */`;
  const [row] = await tx<{ done: number; removed: number }[]>`
    with mine as (
      delete from consent_import where workspace_id = ${workspaceId} and import_id = ${importId} and ctid = any (array(
        select ctid from consent_import where workspace_id = ${workspaceId} and import_id = ${importId} limit ${TAKEN_BACK_AT_ONCE}))
      returning origin_id, purpose, channel, state, at_ms),
    gone as (
      delete from consent_fact f using mine where f.workspace_id = ${workspaceId} and f.source = 'import' and f.origin_id = mine.origin_id
        and f.purpose = mine.purpose and f.channel = mine.channel and f.at_ms = mine.at_ms and f.state = mine.state
        and not exists (select from consent_import o where o.workspace_id = ${workspaceId} and o.import_id <> ${importId} and o.origin_id = mine.origin_id
          and o.purpose = mine.purpose and o.channel = mine.channel and o.at_ms = mine.at_ms and o.state = mine.state)
      returning 1)
    select (select count(*) from mine)::int as done, (select count(*) from gone)::int as removed`;
  await tx`select set_config('terrace.erasing', 'off', true) /* all workspaces: a setting of this transaction */`;
  return row ?? { done: 0, removed: 0 };
}

export async function savePurposeRow(tx: Tx, workspaceId: number, purpose: Purpose, by: { actor: string; at: Date }): Promise<void> {
  const { key, nameZh, nameEn, descriptionZh, descriptionEn, basis, textKey, active } = purpose;
  await tx`
    insert into consent_purpose (workspace_id, key, name_zh, name_en, description_zh, description_en, basis, text_key, active, changed_by, changed_at)
    values (${workspaceId}, ${key}, ${nameZh}, ${nameEn}, ${descriptionZh}, ${descriptionEn}, ${basis}, ${textKey}, ${active}, ${by.actor}, ${by.at})
    on conflict (workspace_id, key) do update set name_zh = excluded.name_zh, name_en = excluded.name_en, description_zh = excluded.description_zh,
      description_en = excluded.description_en, basis = excluded.basis, text_key = excluded.text_key, active = excluded.active,
      changed_by = excluded.changed_by, changed_at = excluded.changed_at`;
}

const PURPOSES_MAX = 200;

/** The purposes a workspace changed or added. */
export async function loadPurposes(db: Db | Tx, workspaceId: number): Promise<readonly Purpose[]> {
  return db<Purpose[]>`
    select key, name_zh as "nameZh", name_en as "nameEn", description_zh as "descriptionZh", description_en as "descriptionEn", basis, text_key as "textKey", active
    from consent_purpose where workspace_id = ${workspaceId} order by key limit ${PURPOSES_MAX}`;
}

export type ConsentText = {
  readonly key: string;
  readonly version: number;
  readonly titleZh: string;
  readonly titleEn: string;
  readonly bodyZh: string;
  readonly bodyEn: string;
  readonly madeBy: string;
  readonly madeAt: Date;
};

/** Adds the next version of a text; answers its number. Two at once: the second waits for the first. */
export async function insertText(tx: Tx, workspaceId: number, text: Omit<ConsentText, "version">): Promise<number> {
  await tx`select pg_advisory_xact_lock(hashtext(${`consent_text ${workspaceId} ${text.key}`})) /* all workspaces: a lock */`;
  const [row] = await tx<{ version: number }[]>`
    insert into consent_text (workspace_id, key, version, title_zh, title_en, body_zh, body_en, made_by, made_at)
    select ${workspaceId}, ${text.key}, coalesce(max(version), 0) + 1, ${text.titleZh}, ${text.titleEn}, ${text.bodyZh}, ${text.bodyEn}, ${text.madeBy}, ${text.madeAt}
    from consent_text where workspace_id = ${workspaceId} and key = ${text.key} returning version`;
  if (row === undefined) throw new Error("an insert answered no row");
  return row.version;
}

const TEXTS_MAX = 200;

/** All versions of all texts, newest first. */
export async function loadTexts(db: Db, workspaceId: number): Promise<readonly ConsentText[]> {
  return db<ConsentText[]>`
    select key, version, title_zh as "titleZh", title_en as "titleEn", body_zh as "bodyZh", body_en as "bodyEn", made_by as "madeBy", made_at as "madeAt"
    from consent_text where workspace_id = ${workspaceId} order by made_at desc, key, version desc limit ${TEXTS_MAX}`;
}
