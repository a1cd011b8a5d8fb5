import { BROADCASTS_MAX } from "@terrace/contract/api/broadcasts";
import type { Broadcast, BroadcastState } from "@terrace/domain/broadcasts/broadcast";
import type { TestWinner } from "@terrace/domain/broadcasts/test-winner";
import { writtenObject } from "@terrace/domain/json";
import { openText, sealText } from "../../platform/sealed-text.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { BroadcastDeps } from "./broadcast-deps.ts";

/** How far a broadcast is. Instants in Unix ms; the columns are told of in the migration. */
export type Progress = {
  readonly state: BroadcastState;
  readonly approvedBy: string | null;
  readonly beginsMs: number | null;
  readonly beganMs: number | null;
  readonly endedMs: number | null;
  readonly nextMs: number | null;
  readonly audience: number | null;
  readonly asked: number;
  readonly run: number;
  readonly redone: number;
  readonly redoneTo: number;
  readonly pacedFromMs: number | null;
  readonly testedMs: number | null;
  readonly winner: string | null;
  readonly winnerCounts: TestWinner["counts"] | null;
  readonly chosenBy: string | null;
};
export type BroadcastRow = Progress & {
  readonly id: string;
  readonly workspaceId: number;
  readonly name: string;
  readonly edition: number;
  readonly createdAt: Date;
  readonly createdBy: string;
};
type Cipher = Pick<BroadcastDeps["privacy"], "encryptPayload" | "decryptPayload">;
/** As it is stored: instants come as text. */
type Stored = { readonly [Key in keyof BroadcastRow]: Key extends `${string}Ms` ? string | number | null : BroadcastRow[Key] };

const columns = (sql: Db | Tx) => sql`
  broadcast_id as id, workspace_id as "workspaceId", name, state, edition, created_at as "createdAt", created_by as "createdBy", approved_by as "approvedBy",
  begins_ms as "beginsMs", began_ms as "beganMs", ended_ms as "endedMs", next_ms as "nextMs", audience, asked, run, redone, redone_to as "redoneTo",
  paced_from_ms as "pacedFromMs", tested_ms as "testedMs", winner, winner_counts as "winnerCounts", chosen_by as "chosenBy"`;

const whole = (value: string | number | null): number | null => (value === null ? null : Number(value));

function read(row: Stored): BroadcastRow {
  const { beginsMs, beganMs, endedMs, nextMs, pacedFromMs, testedMs } = row;
  return {
    ...row,
    beginsMs: whole(beginsMs),
    beganMs: whole(beganMs),
    endedMs: whole(endedMs),
    nextMs: whole(nextMs),
    pacedFromMs: whole(pacedFromMs),
    testedMs: whole(testedMs),
  };
}

/** Broadcasts of a workspace, the newest first. */
export async function loadBroadcasts(
  db: Db,
  workspaceId: number,
  { before, limit }: { readonly before: string | undefined; readonly limit: number },
): Promise<readonly BroadcastRow[]> {
  const rows = await db<Stored[]>`
    select ${columns(db)} from broadcast where workspace_id = ${workspaceId} ${before === undefined ? db`` : db`and broadcast_id < ${before}`}
    order by broadcast_id desc limit ${limit}`;
  return rows.map(read);
}

export async function findBroadcast(db: Db | Tx, workspaceId: number, id: string): Promise<BroadcastRow | undefined> {
  const [row] = await db<Stored[]>`select ${columns(db)} from broadcast where workspace_id = ${workspaceId} and broadcast_id = ${id}`;
  return row && read(row);
}

/** The same, held until the transaction ends. */
export async function lockBroadcast(tx: Tx, workspaceId: number, id: string): Promise<BroadcastRow | undefined> {
  const [row] = await tx<
    Stored[]
  >`select ${columns(tx)} from broadcast where workspace_id = ${workspaceId} and broadcast_id = ${id} for update`;
  return row && read(row);
}

/** One that is due, held until the transaction ends; whoever else looks meanwhile finds another. */
export async function claimDue(tx: Tx, nowMs: number): Promise<BroadcastRow | undefined> {
  const [row] = await tx<Stored[]>`/* all workspaces: what is due */
    select ${columns(tx)} from broadcast where next_ms <= ${nowMs} order by next_ms, broadcast_id limit 1 for update skip locked`;
  return row && read(row);
}

export async function loadDefinition(
  db: Db | Tx,
  cipher: Pick<Cipher, "decryptPayload">,
  { workspaceId, id }: BroadcastRow,
): Promise<Broadcast> {
  const [row] = await db<{ definition: Uint8Array }[]>`
    select definition from broadcast where workspace_id = ${workspaceId} and broadcast_id = ${id}`;
  if (row === undefined) throw new Error("a broadcast has a definition");
  return openDefinition(cipher, row.definition);
}

export type Written = { readonly name: string; readonly definition: Broadcast };

export async function insertBroadcast(
  tx: Tx,
  cipher: Cipher,
  { workspaceId, name, definition, at, by }: Written & { readonly workspaceId: number; readonly at: Date; readonly by: string },
): Promise<string> {
  const [row] = await tx<{ id: string }[]>`
    insert into broadcast (workspace_id, name, state, definition, edition, created_at, created_by)
    values (${workspaceId}, ${name}, 'draft', ${sealText(cipher, JSON.stringify(definition))}, 1, ${at}, ${by}) returning broadcast_id as id`;
  if (row === undefined) throw new Error("insert into broadcast returned no row");
  return row.id;
}

/** Writes over what it says; it is a draft then. */
export async function rewriteBroadcast(
  tx: Tx,
  cipher: Cipher,
  { workspaceId, id }: BroadcastRow,
  { name, definition }: Written,
): Promise<void> {
  await tx`
    update broadcast set name = ${name}, definition = ${sealText(cipher, JSON.stringify(definition))}, edition = edition + 1, state = 'draft'
    where workspace_id = ${workspaceId} and broadcast_id = ${id}`;
}

export async function saveProgress(tx: Tx, { workspaceId, id }: BroadcastRow, progress: Progress): Promise<void> {
  const { winnerCounts } = progress;
  await tx`
    update broadcast set state = ${progress.state}, approved_by = ${progress.approvedBy}, begins_ms = ${progress.beginsMs}, began_ms = ${progress.beganMs},
      ended_ms = ${progress.endedMs}, next_ms = ${progress.nextMs}, audience = ${progress.audience}, asked = ${progress.asked}, run = ${progress.run},
      redone = ${progress.redone}, redone_to = ${progress.redoneTo}, paced_from_ms = ${progress.pacedFromMs}, tested_ms = ${progress.testedMs},
      winner = ${progress.winner}, winner_counts = ${winnerCounts === null ? null : tx.json(winnerCounts.map((count) => writtenObject(count)))},
      chosen_by = ${progress.chosenBy}
    where workspace_id = ${workspaceId} and broadcast_id = ${id}`;
}

/** Looks after one later that is still due. */
export async function putOff(db: Db, { workspaceId, id, nextMs }: BroadcastRow, toMs: number): Promise<void> {
  await db`update broadcast set next_ms = ${toMs} where workspace_id = ${workspaceId} and broadcast_id = ${id} and next_ms = ${nextMs}`;
}

export async function deleteBroadcastRow(tx: Tx, { workspaceId, id }: BroadcastRow): Promise<void> {
  await tx`delete from broadcast where workspace_id = ${workspaceId} and broadcast_id = ${id}`;
}

export async function countBroadcasts(tx: Tx, workspaceId: number): Promise<number> {
  const [row] = await tx<{ count: number }[]>`select count(*)::int as count from broadcast where workspace_id = ${workspaceId}`;
  return row?.count ?? 0;
}

/** Broadcasts that are not over, with what they say. */
export async function loadStanding(
  db: Db,
  workspaceId: number,
): Promise<readonly { readonly id: string; readonly name: string; readonly definition: Uint8Array }[]> {
  return db<{ id: string; name: string; definition: Uint8Array }[]>`
    select broadcast_id as id, name, definition from broadcast
    where workspace_id = ${workspaceId} and state not in ('done', 'cancelled') order by broadcast_id desc limit ${BROADCASTS_MAX}`;
}

export function openDefinition(cipher: Pick<Cipher, "decryptPayload">, sealed: Uint8Array): Broadcast {
  // Sealed from what the contract had read.
  return JSON.parse(openText(cipher, sealed)) as Broadcast;
}
