import type { VerificationState } from "@terrace/domain/verification/verification-states";
import type { VerificationKind } from "@terrace/domain/verification/verification-kind";
import type { EvidenceField } from "@terrace/domain/verification/evidence";
import { withGuards, type Guarded } from "@terrace/domain/verification/guarded-fields";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** An application as it is decided on. */
export type HeldVerification = {
  readonly id: string;
  readonly kindId: string;
  readonly originId: string;
  readonly personId: string;
  readonly state: VerificationState;
  readonly validUntil: Date | null;
};

/** The kind of an application, and whose it is, by its number; undefined when there is none. */
export async function findVerification(
  db: Db,
  workspaceId: number,
  id: string,
): Promise<Pick<HeldVerification, "kindId" | "originId"> | undefined> {
  const [row] = await db<Pick<HeldVerification, "kindId" | "originId">[]>`
    select kind_id as "kindId", origin_id as "originId" from verification where workspace_id = ${workspaceId} and verification_id = ${id}`;
  return row;
}

/** Applications of one kind of whoever has an id now, held until the transaction ends, the first one first. Lock the kind before. */
export async function lockOfPerson(
  tx: Tx,
  workspaceId: number,
  { kindId, originId }: Pick<HeldVerification, "kindId" | "originId">,
): Promise<readonly HeldVerification[]> {
  return tx<HeldVerification[]>`
    select v.verification_id as id, v.kind_id as "kindId", v.origin_id as "originId", i.person_id as "personId", v.state, v.valid_until as "validUntil"
    from identity asked join identity i on i.workspace_id = ${workspaceId} and i.person_id = asked.person_id
    join verification v on v.workspace_id = ${workspaceId} and v.origin_id = i.origin_id and v.kind_id = ${kindId}
    where asked.workspace_id = ${workspaceId} and asked.origin_id = ${originId}
    order by v.verification_id for update of v`;
}

export type NewVerification = Pick<HeldVerification, "kindId" | "originId"> & { readonly evidence: Uint8Array };

export async function insertVerification(tx: Tx, workspaceId: number, row: NewVerification): Promise<string> {
  const [made] = await tx<{ id: string }[]>`
    insert into verification (workspace_id, kind_id, origin_id, state, evidence)
    values (${workspaceId}, ${row.kindId}, ${row.originId}, 'submitted', ${row.evidence}) returning verification_id as id`;
  if (made === undefined) throw new Error("insert into verification returned no row");
  return made.id;
}

export async function setState(
  tx: Tx,
  workspaceId: number,
  { id, state, validUntil }: Pick<HeldVerification, "id" | "state"> & { readonly validUntil?: Date | null },
): Promise<void> {
  await tx`
    update verification set state = ${state} ${validUntil === undefined ? tx`` : tx`, valid_until = ${validUntil}`}
    where workspace_id = ${workspaceId} and verification_id = ${id}`;
}

export type Step = {
  readonly verificationId: string;
  readonly state: VerificationState;
  readonly at: Date;
  /** Empty: by itself, with time. */
  readonly by: string;
  /** Sealed. */
  readonly reason: Uint8Array;
};

export async function insertStep(tx: Tx, workspaceId: number, { verificationId, state, at, by, reason }: Step): Promise<void> {
  await tx`
    insert into verification_step (workspace_id, verification_id, state, at, by, reason)
    values (${workspaceId}, ${verificationId}, ${state}, ${at}, ${by}, ${reason})`;
}

/** Approvals whose time is over, in the order in which they end. */
export async function loadDue(
  db: Db,
  now: Date,
  limit: number,
): Promise<readonly { readonly workspaceId: number; readonly id: string; readonly kindId: string; readonly originId: string }[]> {
  return db`
    select /* all workspaces: what falls due */ workspace_id as "workspaceId", verification_id as id, kind_id as "kindId", origin_id as "originId"
    from verification where state = 'approved' and valid_until <= ${now} order by valid_until, verification_id limit ${limit}`;
}

export type VerificationRow = {
  readonly id: string;
  readonly originId: string;
  readonly state: VerificationState;
  readonly validUntil: Date | null;
  readonly counts: boolean;
  readonly kindKey: string;
  readonly kindName: VerificationKind["name"];
  readonly badge: VerificationKind["badge"];
  readonly submittedAt: Date;
  readonly submittedBy: string;
  readonly decidedAt: Date | null;
};

export type VerificationFilter = {
  readonly id?: string | undefined;
  readonly state?: VerificationState | undefined;
  readonly kind?: string | undefined;
  /** A person's number. */
  readonly person?: string | undefined;
};

/** Applications: those to review the oldest first, others the newest first. Those of people who are gone are left out. */
export async function loadVerifications(
  db: Db,
  workspaceId: number,
  {
    filter,
    now,
    after,
    limit,
  }: { readonly filter: VerificationFilter; readonly now: Date; readonly after?: string | undefined; readonly limit: number },
): Promise<readonly VerificationRow[]> {
  const isQueue = filter.state === "submitted";
  return db<VerificationRow[]>`
    select v.verification_id as id, v.origin_id as "originId", v.state, v.valid_until as "validUntil", k.key as "kindKey", k.name as "kindName", k.badge,
      first.at as "submittedAt", first.by as "submittedBy", last.at as "decidedAt",
      v.state = 'approved' and (v.valid_until is null or v.valid_until > ${now}) and not exists (
        select from identity j join verification w on w.workspace_id = ${workspaceId} and w.origin_id = j.origin_id and w.kind_id = v.kind_id
        where j.workspace_id = ${workspaceId} and j.person_id = i.person_id and w.state = 'approved'
          and (coalesce(w.valid_until, 'infinity') > coalesce(v.valid_until, 'infinity')
            or (w.valid_until is not distinct from v.valid_until and w.verification_id < v.verification_id))) as counts
    from verification v
    join identity i on i.workspace_id = ${workspaceId} and i.origin_id = v.origin_id
    join verification_kind k on k.workspace_id = ${workspaceId} and k.kind_id = v.kind_id
    join verification_step first on first.workspace_id = ${workspaceId} and first.verification_id = v.verification_id and first.state = 'submitted'
    left join verification_step last on last.workspace_id = ${workspaceId} and last.verification_id = v.verification_id and last.state = v.state and v.state <> 'submitted'
    where v.workspace_id = ${workspaceId}
      ${filter.id === undefined ? db`` : db`and v.verification_id = ${filter.id}`}
      ${filter.state === undefined ? db`` : db`and v.state = ${filter.state}`}
      ${filter.kind === undefined ? db`` : db`and k.key = ${filter.kind}`}
      ${filter.person === undefined ? db`` : db`and i.person_id = ${filter.person}`}
      ${after === undefined ? db`` : isQueue ? db`and v.verification_id > ${after}` : db`and v.verification_id < ${after}`}
    order by v.verification_id ${isQueue ? db`asc` : db`desc`} limit ${limit}`;
}

/** The evidence of an application, sealed, with the fields that its kind asks for. */
export async function loadEvidence(
  db: Db,
  workspaceId: number,
  id: string,
): Promise<{ readonly evidence: Uint8Array; readonly fields: readonly EvidenceField[] } | undefined> {
  const [row] = await db<{ evidence: Uint8Array; fields: EvidenceField[]; guarded: Guarded }[]>`
    select v.evidence, k.fields, k.guarded from verification v join verification_kind k on k.workspace_id = ${workspaceId} and k.kind_id = v.kind_id
    where v.workspace_id = ${workspaceId} and v.verification_id = ${id}`;
  return row === undefined ? undefined : { evidence: row.evidence, fields: withGuards(row.fields, row.guarded) };
}

export async function loadSteps(db: Db, workspaceId: number, id: string): Promise<readonly Step[]> {
  return db<Step[]>`
    select verification_id as "verificationId", state, at, by, reason from verification_step
    where workspace_id = ${workspaceId} and verification_id = ${id} order by step_id limit 20`;
}

type HeldApplication = {
  readonly id: string;
  readonly name: VerificationKind["name"];
  readonly state: VerificationState;
  readonly evidence: Uint8Array;
  readonly fields: readonly EvidenceField[];
  readonly at: Date;
};

/** Applications on any of some ids, for the report to the person. */
export async function loadOfIds(db: Db, workspaceId: number, originIds: readonly string[]): Promise<readonly HeldApplication[]> {
  const rows = await db<(HeldApplication & { readonly guarded: Guarded })[]>`
    select v.verification_id as id, k.name, k.fields, k.guarded, v.state, v.evidence, s.at from verification v
    join verification_kind k on k.workspace_id = ${workspaceId} and k.kind_id = v.kind_id
    join verification_step s on s.workspace_id = ${workspaceId} and s.verification_id = v.verification_id and s.state = 'submitted'
    where v.workspace_id = ${workspaceId} and v.origin_id = any(${originIds}::bigint[]) order by v.verification_id limit 1000`;
  return rows.map(({ guarded, ...row }) => ({ ...row, fields: withGuards(row.fields, guarded) }));
}

/** The histories of applications on any of some ids, in order. */
export async function loadStepsOfIds(db: Db, workspaceId: number, originIds: readonly string[]): Promise<readonly Step[]> {
  return db<Step[]>`
    select s.verification_id as "verificationId", s.state, s.at, s.by, s.reason from verification v
    join verification_step s on s.workspace_id = ${workspaceId} and s.verification_id = v.verification_id
    where v.workspace_id = ${workspaceId} and v.origin_id = any(${originIds}::bigint[]) order by s.step_id limit 10000`;
}

/** Deletes the applications on some ids with their histories; answers how many there were. */
export async function deleteOfIds(tx: Tx, workspaceId: number, originIds: readonly string[]): Promise<number> {
  return (await tx`delete from verification where workspace_id = ${workspaceId} and origin_id = any(${originIds}::bigint[])`).count;
}
