import { numbers } from "../../platform/storage/bulk-values.ts";
import type { Tx } from "../../platform/storage/postgres.ts";
import { changeSizes, enterMembers, leaveMembers } from "./live/change.store.ts";

/** Holds a segment, so that one change of its list comes after the other. */
export async function lockSegment(tx: Tx, workspaceId: number, segmentId: string): Promise<{ readonly size: number } | undefined> {
  const [row] = await tx<
    { size: number }[]
  >`select size from segment where workspace_id = ${workspaceId} and segment_id = ${segmentId} for update`;
  return row;
}

/** A list, and when it changes. */
export type List = { readonly workspaceId: number; readonly segmentId: string; readonly at: Date };

export type Listed = {
  /** People to whom ids belong now. */
  readonly people: readonly string[];
  /** Of the people, those who are on the list, by each id under which they are. */
  readonly members: ReadonlyMap<string, readonly string[]>;
  /** Ids that somebody has. */
  readonly known: number;
};

/** Whom some ids mean now, and who of them is on a list: under whichever of their ids. */
export async function loadListed(tx: Tx, workspaceId: number, segmentId: string, ids: readonly string[]): Promise<Listed> {
  const rows = await tx<{ personId: string; known: number; members: string[] | null }[]>`
    with found as (
      select i.person_id, count(*)::int as known from unnest(${numbers(ids)}::bigint[]) as given (id)
      cross join lateral (select person_id from identity where workspace_id = ${workspaceId} and origin_id = given.id offset 0) i group by i.person_id)
    select f.person_id as "personId", f.known, belongs.members from found f
    left join lateral (
      select array_agg(m.person_id) as members from identity own
      cross join lateral (select person_id from segment_member where workspace_id = ${workspaceId} and segment_id = ${segmentId} and person_id = own.origin_id offset 0) m
      where own.workspace_id = ${workspaceId} and own.person_id = f.person_id offset 0) belongs on true`;
  return {
    people: rows.map(({ personId }) => personId),
    members: new Map(rows.flatMap(({ personId, members }) => (members === null ? [] : [[personId, members] as const]))),
    known: rows.reduce((sum, { known }) => sum + known, 0),
  };
}

/** Puts people on a list, and has the rules that ask about it look at them. */
export async function addToList(tx: Tx, { workspaceId, segmentId, at }: List, people: readonly string[]): Promise<void> {
  await enterMembers(
    tx,
    workspaceId,
    people.map((personId) => ({ segmentId, personId, why: "list" })),
    at,
  );
  await changeSizes(tx, workspaceId, new Map([[segmentId, people.length]]));
  await touchListed(tx, workspaceId, people, at);
}

/** Takes people off a list, by the ids under which they are on it. */
export async function takeOffList(tx: Tx, { workspaceId, segmentId, at }: List, members: readonly string[]): Promise<void> {
  await leaveMembers(
    tx,
    workspaceId,
    members.map((personId) => ({ segmentId, personId, why: "list" })),
    at,
  );
  await changeSizes(tx, workspaceId, new Map([[segmentId, -members.length]]));
  await touchListed(tx, workspaceId, members, at);
}

async function touchListed(tx: Tx, workspaceId: number, people: readonly string[], at: Date): Promise<void> {
  if (people.length > 0)
    await tx`
      insert into segment_touch (workspace_id, origin_id, why, at)
      select ${workspaceId}, touched.id, 'list', ${at} from segment_engine e, unnest(${numbers(people)}::bigint[]) as touched (id) where e.workspace_id = ${workspaceId}`;
}
