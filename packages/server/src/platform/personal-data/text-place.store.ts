import type { Db, Tx } from "../storage/postgres.ts";

/** A column in which people may be named: texts that operators write, questions they ask, what is told of the answers. */
export type TextPlace = {
  readonly table: string;
  readonly column: string;
  /** One or two numbers that name a row within the workspace. */
  readonly keys: readonly [string] | readonly [string, string];
  /** Sealed JSON or text, a sealed notice that is to be sent or was, or text in clear. */
  readonly form: "json" | "text" | "notice" | "clear";
  /** Waits for whoever changes rows of the place, before they are held. */
  readonly before?: (tx: Tx, workspaceId: number) => Promise<void>;
  /** Tells whoever keeps rows of the place in memory that some were changed. */
  readonly changed?: (tx: Tx, workspaceId: number) => Promise<void>;
};
export type PlacedText = { readonly first: string; readonly second: string; readonly text: Uint8Array | string };
/** Where to go on; the row itself was read. */
export type AfterRow = Pick<PlacedText, "first" | "second">;

/** Rows of a place in the order of their keys, from after one on, held until the transaction ends. */
export async function loadTexts(
  sql: Db | Tx,
  workspaceId: number,
  place: TextPlace,
  page: { readonly after: AfterRow; readonly limit: number; readonly isHeld: boolean },
): Promise<readonly PlacedText[]> {
  const [first, second] = keysOf(sql, place);
  const column = sql(place.column);
  return sql<PlacedText[]>`
    select ${first}::text as first, ${second}::text as second, ${column} as text from ${sql(place.table)}
    where workspace_id = ${workspaceId} and ${column} is not null and (${first}, ${second}) > (${page.after.first}::bigint, ${page.after.second}::bigint)
    order by ${first}, ${second} limit ${page.limit} ${page.isHeld ? sql`for update` : sql``}`;
}

export async function replaceText(tx: Tx, workspaceId: number, place: TextPlace, row: PlacedText): Promise<void> {
  const [first, second] = keysOf(tx, place);
  await tx`
    update ${tx(place.table)} set ${tx(place.column)} = ${row.text}
    where workspace_id = ${workspaceId} and ${first} = ${row.first}::bigint and ${second} = ${row.second}::bigint`;
}

function keysOf(sql: Db | Tx, { keys: [first, second = first] }: TextPlace) {
  return [sql(first), sql(second)] as const;
}
