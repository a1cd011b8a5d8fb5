import type { Db } from "./storage/postgres.ts";

/** When a job was done last in the installation. */
export async function loadJobRun(db: Db, name: string): Promise<Date | undefined> {
  const [row] = await db<{ ranAt: Date }[]>`select ran_at as "ranAt" from job_run where name = ${name}`;
  return row?.ranAt;
}

export async function saveJobRun(db: Db, name: string, at: Date): Promise<void> {
  await db`insert into job_run (name, ran_at) values (${name}, ${at}) on conflict (name) do update set ran_at = ${at}`;
}
