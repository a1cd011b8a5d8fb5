import { ch, type ChStatement } from "../../platform/storage/clickhouse.ts";
import { readRows, type Asking } from "./time/asking.ts";

/** The people of a statement (column `person`) in order of their ids, each once, from after one on. */
export async function readPeople(
  asking: Asking,
  feature: string,
  { people, after, limit }: { readonly people: ChStatement; readonly after: string; readonly limit: number },
): Promise<readonly string[]> {
  const rows = await readRows<{ id: string }>(
    asking,
    feature,
    ch`select toString(person) as id from (${people}) /* workspace_id is named in the events it reads */
    where person > ${ch.value("UInt64", after)} group by person order by person limit ${ch.value("UInt32", limit)}`,
  );
  return rows.map(({ id }) => id);
}
