import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** A place in a workspace's chain of audit entries; `hash` in hex covers everything up to it. */
export type ChainLink = { readonly position: string; readonly hash: string };

/** What is wrong with the first entry that does not fit: changed, taken out of the log or out of the chain, or put in beside the chain. */
export type ChainBreak = {
  readonly kind: "changed" | "missing" | "gap" | "unchained";
  readonly position: string;
  readonly auditId: string;
  readonly at: Date | null;
  readonly action: string;
  readonly actor: string;
};

/** `last` = where the part ended; undefined when there was nothing left to walk. */
export type ChainPart = { readonly last: ChainLink | undefined; readonly entries: number; readonly broken: ChainBreak | undefined };

export const CHAIN_START: ChainLink = { position: "0", hash: "" };

type BadRow = ChainBreak & { readonly dense: boolean };

/** Hashes the next `limit` entries after a link anew and compares. */
export async function walkChain(db: Db | Tx, workspaceId: number, after: ChainLink, limit: number): Promise<ChainPart> {
  const [row] = await db<{ entries: number; last: ChainLink | null; broken: (Omit<BadRow, "at"> & { at: string | null }) | null }[]>`
    with part as (
      select c.position, c.audit_id, c.hash,
        lag(c.hash, 1, decode(${after.hash}, 'hex')) over w as before, lag(c.position, 1, ${after.position}::bigint) over w + 1 = c.position as dense
      from (select position, audit_id, hash from audit_chain where workspace_id = ${workspaceId} and position > ${after.position} order by position limit ${limit}) c
      window w as (order by c.position)),
    judged as (
      select p.position, p.audit_id, p.hash, e.at, e.action, e.actor,
        case when not p.dense then 'gap' when e.audit_id is null then 'missing' when audit_hash(p.before, e) is distinct from p.hash then 'changed' end as kind
      from part p left join audit_entry e on e.workspace_id = ${workspaceId} and e.audit_id = p.audit_id)
    select (select count(*)::int from judged) as entries,
      (select jsonb_build_object('position', position::text, 'hash', encode(hash, 'hex')) from judged order by position desc limit 1) as last,
      (select jsonb_build_object('kind', kind, 'position', position::text, 'auditId', audit_id::text, 'at', at, 'action', coalesce(action, ''), 'actor', coalesce(actor, ''))
        from judged where kind is not null order by position limit 1) as broken`;
  if (row === undefined) throw new Error("a select without from answered no row");
  return {
    entries: row.entries,
    last: row.last ?? undefined,
    broken: row.broken === null ? undefined : { ...row.broken, at: dateOf(row.broken.at) },
  };
}

/** The oldest entry that is in the log and not in its chain: it was written past the trigger. */
export async function findUnchained(db: Db | Tx, workspaceId: number): Promise<ChainBreak | undefined> {
  const [row] = await db<{ auditId: string; at: Date; action: string; actor: string }[]>`
    select e.audit_id::text as "auditId", e.at, e.action, e.actor from audit_entry e
    where e.workspace_id = ${workspaceId} and not exists (select from audit_chain c where c.workspace_id = ${workspaceId} and c.audit_id = e.audit_id)
    order by e.audit_id limit 1`;
  return row === undefined ? undefined : { kind: "unchained", position: "", ...row };
}

/** The newest link of a workspace's chain. */
export async function findHead(db: Db | Tx, workspaceId: number): Promise<ChainLink | undefined> {
  const [row] = await db<ChainLink[]>`
    select position::text, encode(hash, 'hex') as hash from audit_chain where workspace_id = ${workspaceId} order by position desc limit 1`;
  return row;
}

/** The hash at a position of the chain, in hex. */
export async function findLinkHash(db: Db | Tx, workspaceId: number, position: string): Promise<string | undefined> {
  const [row] = await db<{ hash: string }[]>`
    select encode(hash, 'hex') as hash from audit_chain where workspace_id = ${workspaceId} and position = ${position}`;
  return row?.hash;
}

function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
