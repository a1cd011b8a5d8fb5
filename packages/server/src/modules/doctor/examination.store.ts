import type { Finding } from "@terrace/contract/api/doctor";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

export type Examination = {
  readonly id: string;
  readonly mend: boolean;
  readonly askedBy: string;
  readonly state: "asked" | "running" | "done" | "failed";
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly checks: number;
  readonly findings: readonly Finding[];
};

/** The newest examination, and the newest that came to its end. */
export async function loadExaminations(
  db: Db,
): Promise<{ readonly newest: Examination | undefined; readonly lastDone: Examination | undefined }> {
  const rows = await db<Examination[]>`
    select examination_id::text as id, mend, asked_by as "askedBy", state, started_at as "startedAt", finished_at as "finishedAt", checks, findings from examination
    where examination_id = (select max(examination_id) from examination) or examination_id = (select max(examination_id) from examination where state = 'done') order by examination_id desc limit 2`;
  return { newest: rows[0], lastDone: rows.find(({ state }) => state === "done") };
}

/** Asks for an examination; false when one is asked for or runs already. */
export async function askForExamination(
  tx: Tx,
  asked: { readonly mend: boolean; readonly askedBy: string; readonly checks: number; readonly at: Date },
): Promise<boolean> {
  const added = await tx`
    insert into examination (mend, asked_by, state, started_at, seen_at, checks) values (${asked.mend}, ${asked.askedBy}, 'asked', ${asked.at}, ${asked.at}, ${asked.checks}) on conflict do nothing`;
  return added.count === 1;
}

/** Takes the examination that is asked for. */
export async function claimExamination(tx: Tx, at: Date): Promise<{ readonly id: string; readonly mend: boolean } | undefined> {
  const [taken] = await tx<{ id: string; mend: boolean }[]>`
    update examination set state = 'running', started_at = ${at}, seen_at = ${at}
    where examination_id = (select examination_id from examination where state = 'asked' for update skip locked) returning examination_id::text as id, mend`;
  return taken;
}

export async function noteFindings(db: Db, id: string, findings: readonly Finding[], at: Date): Promise<void> {
  await db`update examination set findings = ${db.json(findings)}, seen_at = ${at} where examination_id = ${id}::bigint and state = 'running'`;
}

export async function endExamination(
  db: Db,
  id: string,
  end: { readonly state: "done" | "failed"; readonly findings: readonly Finding[]; readonly at: Date },
): Promise<void> {
  await db`
    update examination set state = ${end.state}, findings = ${db.json(end.findings)}, finished_at = ${end.at}, seen_at = ${end.at}
    where examination_id = ${id}::bigint and state = 'running'`;
}

/** Ends examinations whose process gave no sign of life since. */
export async function failSilent(db: Db, silentSince: Date, at: Date): Promise<void> {
  await db`update examination set state = 'failed', finished_at = ${at} where state = 'running' and seen_at < ${silentSince}`;
}

/** Keeps the newest examinations, and the last that came to its end. */
export async function forgetExaminations(db: Db, kept: number): Promise<void> {
  await db`
    delete from examination where examination_id <= (select max(examination_id) from examination) - ${kept}
      and examination_id < (select max(examination_id) from examination where state = 'done')`;
}
