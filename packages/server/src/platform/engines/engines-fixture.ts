import postgres from "postgres";
import { startHarness } from "./engines-harness.ts";

/** Starts engines on the folder named in the arguments, stores a row, prints the children's pids and waits to be killed. */
const harness = await startHarness({ path: process.argv[2] ?? "" });
const { postgres: address } = harness.engines;
if ("url" in address) throw new Error("expected the embedded server");
const sql = postgres({ ...address, onnotice: () => undefined });
await sql`create table kept (id int)`;
await sql`insert into kept values (1)`;
await sql.end();
process.on("SIGTERM", () => void harness.stop());
const status = harness.engines.status();
process.stdout.write(`${JSON.stringify([status.postgres.pid, status.clickhouse.pid])}\n`);
