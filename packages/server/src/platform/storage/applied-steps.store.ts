import type { StepNumbers } from "./migrate.ts";
import type { Db, Tx } from "./postgres.ts";

/** The steps of the schema, by engine, that these data have gone through. */
export async function loadAppliedSteps(sql: Db | Tx): Promise<StepNumbers> {
  const rows = await sql<{ engine: string; number: number }[]>`select engine, number from schema_migration order by number limit 10000`;
  const of = (engine: string): readonly number[] => rows.filter((row) => row.engine === engine).map(({ number }) => number);
  return { state: of("state"), events: of("events") };
}
