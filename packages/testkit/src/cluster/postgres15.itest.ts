import postgres from "postgres";
import { expect, test } from "vitest";
import { postgres15Missing, startPostgres15 } from "./postgres15.ts";

const missing = postgres15Missing();

test.skipIf(missing !== undefined)(
  `PostgreSQL 15 answers at its URL and leaves nothing behind${missing === undefined ? "" : ` (skipped: ${missing})`}`,
  async () => {
    const server = await startPostgres15();
    const sql = postgres(server.url, { max: 1 });
    expect(await sql`select current_setting('server_version_num')::int / 10000 as major, current_database() as name`).toMatchObject([
      { major: 15, name: "terrace" },
    ]);
    await sql.end();
    await server.stop();
    expect(() => process.kill(server.pid, 0)).toThrow("ESRCH");
  },
);
