import type { Db, Tx } from "../../platform/storage/postgres.ts";

// Second factors belong to operators, who belong to no workspace.

export type SecondFactorRow = { readonly secret: Buffer; readonly startedAt: Date; readonly confirmedAt: Date | null };

export async function loadSecondFactor(db: Db | Tx, operatorId: string): Promise<SecondFactorRow | undefined> {
  const [row] = await db<SecondFactorRow[]>`
    /* all workspaces: an operator's own */ select secret, started_at as "startedAt", confirmed_at as "confirmedAt" from second_factor where operator_id = ${operatorId}`;
  return row;
}

/** Begins anew, unless one is on already. */
export async function startSecondFactor(
  tx: Tx,
  operatorId: string,
  factor: { readonly secret: Uint8Array; readonly startedAt: Date },
): Promise<boolean> {
  const started = await tx`
    /* all workspaces: an operator's own */ insert into second_factor as f (operator_id, secret, started_at) values (${operatorId}, ${factor.secret}, ${factor.startedAt})
    on conflict (operator_id) do update set secret = excluded.secret, started_at = excluded.started_at, last_step = 0 where f.confirmed_at is null`;
  return started.count === 1;
}

export async function confirmFactor(tx: Tx, operatorId: string, at: Date): Promise<void> {
  await tx`/* all workspaces: an operator's own */ update second_factor set confirmed_at = ${at} where operator_id = ${operatorId}`;
}

/** Takes a time step for one use; false when it, or a later one, was used already. */
export async function takeStep(tx: Tx, operatorId: string, step: number): Promise<boolean> {
  const taken =
    await tx`/* all workspaces: an operator's own */ update second_factor set last_step = ${step} where operator_id = ${operatorId} and last_step < ${step}`;
  return taken.count === 1;
}

export async function deleteSecondFactor(tx: Tx, operatorId: string): Promise<boolean> {
  await tx`/* all workspaces: an operator's own */ delete from recovery_code where operator_id = ${operatorId}`;
  const gone = await tx`/* all workspaces: an operator's own */ delete from second_factor where operator_id = ${operatorId}`;
  return gone.count === 1;
}

/** Replaces the recovery codes of an operator. */
export async function setRecoveryCodes(tx: Tx, operatorId: string, hashes: readonly Buffer[]): Promise<void> {
  await tx`/* all workspaces: an operator's own */ delete from recovery_code where operator_id = ${operatorId}`;
  for (const hash of hashes)
    await tx`/* all workspaces: an operator's own */ insert into recovery_code (operator_id, hash) values (${operatorId}, ${hash})`;
}

/** Uses a recovery code up; false when there is no such code. */
export async function useRecoveryCode(tx: Tx, operatorId: string, hash: Buffer): Promise<boolean> {
  const used =
    await tx`/* all workspaces: an operator's own */ delete from recovery_code where operator_id = ${operatorId} and hash = ${hash}`;
  return used.count === 1;
}

export async function countRecoveryCodes(db: Db | Tx, operatorId: string): Promise<number> {
  const [row] = await db<
    { codes: number }[]
  >`/* all workspaces: an operator's own */ select count(*)::integer as codes from recovery_code where operator_id = ${operatorId}`;
  return row?.codes ?? 0;
}
