import { attachPostgres } from "@terrace/server/platform/engines/attach-postgres";
import { openPostgres, type Db } from "@terrace/server/platform/storage/postgres";

/** The state of a running Terrace, for as long as `work` takes. */
export async function withState<T>(data: string, work: (db: Db) => Promise<T>): Promise<T> {
  const quiet = () => undefined;
  const engine = await attachPostgres(data, { info: quiet, warn: quiet, error: quiet });
  const db = openPostgres(engine.address, { connectionsMax: 1, name: "test" });
  try {
    return await work(db);
  } finally {
    await db.end({ timeout: 2 });
    await engine.close();
  }
}

/** As if so many hours more had gone by since an experiment with changing shares was started: all of its times lie that much earlier. */
export async function hoursPass(data: string, key: string, hours: number): Promise<void> {
  const seconds = hours * 3_600;
  await withState(data, (db) =>
    db.begin(async (tx) => {
      const moved = await tx<{ id: string }[]>`
        update experiment set started_at = started_at - make_interval(secs => ${seconds}), shares_due_at = shares_due_at - make_interval(secs => ${seconds})
        where key = ${key} and shares_due_at is not null returning experiment_id as id`;
      const [one] = moved;
      if (one === undefined || moved.length > 1) throw new Error(`${moved.length} experiments have the key ${key} and shares that are due`);
      await tx`
        update experiment_period set from_at = from_at - make_interval(secs => ${seconds}), read_until = read_until - make_interval(secs => ${seconds})
        where experiment_id = ${one.id}`;
    }),
  );
}
