import type { ChStatement } from "../../../platform/storage/clickhouse.ts";
import { readRows, type Asking } from "../time/asking.ts";

/**
 * How a person's events are put in order. `exact`: those of the same instant as they came in, which costs reading where each came from. `quick`: by time
 * alone; `tied` says whether a person has different events at one instant, whose order would have to be known.
 */
export type Reading = "quick" | "exact";

/** Reads by time alone where that can serve, and once more exactly when a row says (`ties`) that somebody did different things at one instant. */
export async function readInOrder<Row>(
  asking: Asking,
  feature: string,
  canBeQuick: boolean,
  statement: (reading: Reading) => ChStatement,
): Promise<readonly Row[]> {
  const quick = canBeQuick ? await readRows<Row & Ties>(asking, feature, statement("quick")) : undefined;
  const rows = quick?.every(({ ties }) => ties === 0) === true ? quick : await readRows<Row & Ties>(asking, feature, statement("exact"));
  // What is left of a row is what was asked for.
  return rows.map(({ ties: _ties, ...row }) => row as unknown as Row);
}

type Ties = { readonly ties: number };
