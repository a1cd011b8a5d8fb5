import { numbers } from "../../platform/storage/bulk-values.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { Heard } from "./claim.store.ts";

/** That somebody did what may be a conversion. */
export type Done = { readonly programId: string; readonly originId: string; readonly atMs: number };
/** What was said and is to be heard. */
export type Letters = { readonly heard: readonly Heard[]; readonly done: readonly Done[] };

type Letter = Omit<Heard, "inviterOrigin"> & { readonly inviterOrigin: string | null };

/** Leaves what was said for whoever settles; waits for nobody. */
export async function postLetters(tx: Tx, workspaceId: number, { heard, done }: Letters): Promise<void> {
  const letters: readonly Letter[] = [...heard, ...done.map(letterOf)];
  if (letters.length === 0) return;
  await tx`
    insert into referral_inbox (workspace_id, program_id, invitee_origin, inviter_origin, code, at_ms, invited_ms, trusted, network, device)
    select ${workspaceId}::integer, n.program, n.invitee, n.inviter, n.code, n.at, n.invited, n.trusted = 1, n.network, n.device from unnest(
      ${numbers(letters.map(({ programId }) => programId))}::bigint[], ${numbers(letters.map(({ inviteeOrigin }) => inviteeOrigin))}::bigint[],
      ${numbers(letters.map(({ inviterOrigin }) => inviterOrigin))}::bigint[], ${letters.map(({ code }) => code)}::text[],
      ${numbers(letters.map(({ atMs }) => atMs))}::bigint[], ${numbers(letters.map(({ invitedMs }) => invitedMs))}::bigint[],
      ${numbers(letters.map(({ trusted }) => Number(trusted)))}::integer[], ${letters.map(({ network }) => network)}::text[],
      ${numbers(letters.map(({ device }) => device))}::bigint[]) as n (program, invitee, inviter, code, at, invited, trusted, network, device)`;
}

function letterOf({ programId, originId, atMs }: Done): Letter {
  return {
    programId,
    inviteeOrigin: originId,
    inviterOrigin: null,
    code: null,
    atMs,
    invitedMs: null,
    trusted: false,
    network: "",
    device: null,
  };
}

/** Workspaces in which something waits to be heard. */
export async function loadPostedWorkspaces(db: Db): Promise<readonly number[]> {
  const rows = await db<
    { id: number }[]
  >`/* all workspaces: each is worked on in turn */ select distinct workspace_id as id from referral_inbox limit 1000`;
  return rows.map(({ id }) => id);
}

/** Takes some of what was said, the first first; undefined when there is nothing. */
export async function takeLetters(tx: Tx, workspaceId: number, limit: number): Promise<Letters | undefined> {
  const rows = await tx<(Omit<Letter, "atMs" | "invitedMs"> & { readonly atMs: string; readonly invitedMs: string | null })[]>`
    delete from referral_inbox where workspace_id = ${workspaceId} and inbox_id in (
      select inbox_id from referral_inbox where workspace_id = ${workspaceId} order by inbox_id limit ${limit})
    returning program_id as "programId", invitee_origin as "inviteeOrigin", inviter_origin as "inviterOrigin", code, at_ms as "atMs",
      invited_ms as "invitedMs", trusted, network, device`;
  if (rows.length === 0) return undefined;
  const heard: Heard[] = [];
  const done: Done[] = [];
  for (const { inviterOrigin, ...row } of rows) {
    const atMs = Number(row.atMs);
    if (inviterOrigin === null) done.push({ programId: row.programId, originId: row.inviteeOrigin, atMs });
    else heard.push({ ...row, inviterOrigin, atMs, invitedMs: row.invitedMs === null ? null : Number(row.invitedMs) });
  }
  return { heard, done };
}
