import { inTransaction, type Db, type Tx } from "../../platform/storage/postgres.ts";

/**
 * Has the statements of a transaction look rows up by index, one after the other. Trees are walked step by step, each for a few rows of which
 * the planner can know nothing beforehand: read whole at each step, a table would be read as often as a chain is long. For the same reason
 * they name the program by `(…) is true`, which no index takes up: of a table that just grew nothing is known, and an index by program
 * would look as good as the one by person.
 */
export async function lookUpOneByOne(tx: Tx): Promise<void> {
  await tx`
    select set_config('jit', 'off', true), set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
      set_config('enable_material', 'off', true), set_config('enable_bitmapscan', 'off', true)`;
}

/** Reads something of a tree in that way. */
export async function walking<T>(db: Db, read: (tx: Tx) => Promise<T>): Promise<T> {
  return inTransaction(db, async (tx) => {
    await lookUpOneByOne(tx);
    return read(tx);
  });
}
