import { numbers } from "../../platform/storage/bulk-values.ts";
import { walking } from "./by-index.ts";
import type { Db } from "../../platform/storage/postgres.ts";

/** Somebody in a tree, with the claim by which they were brought, where there is one. */
export type TreeNode = {
  readonly personId: string;
  readonly generation: number;
  readonly boundMs: number | null;
  readonly code: string | null;
  readonly convertedMs: number | null;
  readonly direct: number;
};
type NodeRow = Omit<TreeNode, "boundMs" | "convertedMs"> & { readonly boundMs: string | null; readonly convertedMs: string | null };

export type ChildrenAsked = {
  readonly workspaceId: number;
  readonly programId: string;
  /** Undefined: those whom nobody brought, and who brought somebody. */
  readonly inviterId: string | undefined;
  readonly after: { readonly direct: number; readonly personId: string } | undefined;
  readonly limit: number;
};

/** Whom a person brought, those who brought most themselves first. */
export async function loadChildren(db: Db, asked: ChildrenAsked): Promise<readonly TreeNode[]> {
  const { workspaceId, programId, inviterId, after, limit } = asked;
  const behind = after === undefined ? db`` : db`where (-n.direct, n."personId") > (${-after.direct}, ${after.personId}::bigint)`;
  const rows = await walking(db, (tx) =>
    inviterId === undefined
      ? tx<NodeRow[]>`
        select n.* from (
          select c.inviter_id as "personId", 0 as generation, null as "boundMs", null as code, null as "convertedMs", count(*)::int as direct
          from referral_claim c where c.workspace_id = ${workspaceId} and c.program_id = ${programId} and c.state = 'bound'
            and (select count(*) from referral_claim u where u.workspace_id = ${workspaceId} and (u.program_id = ${programId}) is true and u.invitee_id = c.inviter_id and u.state = 'bound') = 0
          group by c.inviter_id) as n
        ${behind} order by n.direct desc, n."personId" limit ${limit}`
      : tx<NodeRow[]>`
        select n.* from (
          select c.invitee_id as "personId", c.generation, c.at_ms as "boundMs", c.code, c.converted_ms as "convertedMs",
            (select count(*)::int from referral_claim d where d.workspace_id = ${workspaceId} and (d.program_id = ${programId}) is true and d.inviter_id = c.invitee_id and d.state = 'bound') as direct
          from referral_claim c where c.workspace_id = ${workspaceId} and (c.program_id = ${programId}) is true and c.inviter_id = ${inviterId} and c.state = 'bound') as n
        ${behind} order by n.direct desc, n."personId" limit ${limit}`,
  );
  return rows.map(nodeOf);
}

/** How many descend from each of some people; counted up to a limit over all of them, so that one answer stays bounded. */
export async function countDescendants(
  db: Db,
  workspaceId: number,
  programId: string,
  { people, max }: { readonly people: readonly string[]; readonly max: number },
): Promise<{ readonly counts: ReadonlyMap<string, number>; readonly isCapped: boolean }> {
  const rows = await walking(
    db,
    (tx) => tx<{ id: string; count: number }[]>`
    with recursive below (top, person) as (
      select id, id from unnest(${numbers(people)}::bigint[]) as asked (id)
      union all
      select b.top, c.invitee_id from below b
      cross join lateral (
        select c.invitee_id from referral_claim c
        where c.workspace_id = ${workspaceId} and (c.program_id = ${programId}) is true and c.inviter_id = b.person and c.state = 'bound' offset 0) as c)
    select top as id, (count(*) - 1)::int as count from (select top from below limit ${max + people.length}) as counted group by top`,
  );
  const counts = new Map(rows.map(({ id, count }) => [id, count]));
  return { counts, isCapped: rows.reduce((sum, { count }) => sum + count, 0) >= max };
}

/** Who brought a person, who brought these, and so on: the person first, then nearest first. */
export async function loadLine(
  db: Db,
  workspaceId: number,
  programId: string,
  { personId, limit }: { readonly personId: string; readonly limit: number },
): Promise<readonly TreeNode[]> {
  const rows = await walking(
    db,
    (tx) => tx<NodeRow[]>`
    with recursive line (person, step) as (
      select ${personId}::bigint, 0
      union all
      select c.inviter_id, l.step + 1 from line l
      cross join lateral (
        select c.inviter_id from referral_claim c
        where c.workspace_id = ${workspaceId} and (c.program_id = ${programId}) is true and c.invitee_id = l.person and c.state = 'bound' offset 0) as c
      where l.step < ${limit})
    select l.person as "personId", coalesce(c.generation, 0) as generation, c.at_ms as "boundMs", c.code, c.converted_ms as "convertedMs", 0 as direct
    from line l left join referral_claim c on c.workspace_id = ${workspaceId} and (c.program_id = ${programId}) is true and c.invitee_id = l.person and c.state = 'bound'
    order by l.step`,
  );
  return rows.map(nodeOf);
}

function nodeOf(row: NodeRow): TreeNode {
  return {
    ...row,
    boundMs: row.boundMs === null ? null : Number(row.boundMs),
    convertedMs: row.convertedMs === null ? null : Number(row.convertedMs),
  };
}

/** A person's part in a program. */
export type PersonPart = {
  readonly programId: string;
  readonly name: string;
  readonly inviterId: string | null;
  readonly boundMs: string | null;
  readonly code: string | null;
  readonly convertedMs: string | null;
  readonly generation: number;
  readonly direct: number;
  readonly convertedDirect: number;
};

/** The parts of a person in the programs of a workspace; those of programs that never saw the person are left out unless named. */
export async function loadPersonParts(
  db: Db,
  workspaceId: number,
  { personId, programs }: { readonly personId: string; readonly programs: readonly string[] },
): Promise<readonly PersonPart[]> {
  return db<PersonPart[]>`
    select p.program_id as "programId", p.name, c.inviter_id as "inviterId", c.at_ms as "boundMs", c.code, c.converted_ms as "convertedMs",
      coalesce(c.generation, 0) as generation, d.direct, d.converted as "convertedDirect"
    from referral_program p
    left join referral_claim c on c.workspace_id = ${workspaceId} and (c.program_id = p.program_id) is true and c.invitee_id = ${personId} and c.state = 'bound'
    cross join lateral (
      select count(*)::int as direct, count(converted_ms)::int as converted from referral_claim d
      where d.workspace_id = ${workspaceId} and (d.program_id = p.program_id) is true and d.inviter_id = ${personId} and d.state = 'bound') as d
    where p.workspace_id = ${workspaceId} and (c.claim_id is not null or d.direct > 0 or p.program_id = any(${numbers(programs)}::bigint[]))
    order by p.program_id desc limit 100`;
}

export type Edge = {
  readonly claimId: string;
  readonly inviterId: string;
  readonly inviteeId: string;
  readonly code: string | null;
  readonly generation: number;
  readonly atMs: string;
  readonly convertedMs: string | null;
  readonly revenueMinor: string;
};

/** The edges of a tree after the one that was reached, in order of time. */
export async function loadEdges(
  db: Db,
  workspaceId: number,
  programId: string,
  { after, limit }: { readonly after: Pick<Edge, "atMs" | "claimId">; readonly limit: number },
): Promise<readonly Edge[]> {
  return db<Edge[]>`
    select claim_id as "claimId", inviter_id as "inviterId", invitee_id as "inviteeId", code, generation, at_ms as "atMs", converted_ms as "convertedMs",
      revenue_minor as "revenueMinor"
    from referral_claim where workspace_id = ${workspaceId} and program_id = ${programId} and state = 'bound'
      and (at_ms, claim_id) > (${after.atMs}::bigint, ${after.claimId}::bigint)
    order by at_ms, claim_id limit ${limit}`;
}
