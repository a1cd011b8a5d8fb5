import type { Warehouse } from "@terrace/server/platform/storage/clickhouse";
import { ch } from "@terrace/server/platform/storage/clickhouse";
import { WORKSPACE } from "./people-made.ts";

/** Numbers of one statement; its text must stay short. */
const ASKED_AT_ONCE = 10_000;

/** Rows stored of a run whose message ids are `<name>-<number>`, how many different numbers are among them, and how many of `refused`. */
export type Stored = { readonly rows: number; readonly different: number; readonly ofRefused: number };

/** Counts what a run left in the event engine. */
export async function countStored(warehouse: Warehouse, name: string, refused: readonly number[]): Promise<Stored> {
  const number = ch`toUInt32(substring(message_id, ${ch.value("UInt32", name.length + 2)}))`;
  const ofRun = ch`workspace_id = ${ch.value("UInt32", WORKSPACE)} and startsWith(message_id, ${ch.value("String", `${name}-`)})`;
  // A bitmap: exact, and small for numbers that lie close together.
  const [all] = await warehouse.rows<{ rows: number; different: number }>(
    WORKSPACE,
    "bench.count",
    ch`select count() as rows, groupBitmap(${number}) as different from events where ${ofRun}`,
  );
  let ofRefused = 0;
  for (let from = 0; from < refused.length; from += ASKED_AT_ONCE) {
    const asked = ch.value("Array(UInt32)", `[${refused.slice(from, from + ASKED_AT_ONCE).join(",")}]`);
    const [row] = await warehouse.rows<{ different: number }>(
      WORKSPACE,
      "bench.count",
      ch`select groupBitmap(${number}) as different from events where ${ofRun} and ${number} in ${asked}`,
    );
    ofRefused += row?.different ?? 0;
  }
  return { rows: all?.rows ?? 0, different: all?.different ?? 0, ofRefused };
}
