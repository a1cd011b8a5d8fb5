import type { Json } from "@terrace/domain/json";
import { ch, type ChStatement, type Warehouse } from "../../../platform/storage/clickhouse.ts";
import { subcolumn } from "../../../platform/storage/conditions/json-path.ts";

/** People who are looked at for how values are spread. */
export const LOOKED_MAX = 20_000;

/** How many people have a value of each trait, by trait. */
export async function countHaving(
  warehouse: Warehouse,
  workspaceId: number,
  traits: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (traits.length === 0) return new Map();
  const counts = traits.map((trait) => ch`countIf(${valueOf(trait)} is not null)`);
  const [row] = await warehouse.rows<{ counts: readonly number[] }>(
    workspaceId,
    "computed_traits.people",
    ch`select [${ch.join(counts, ", ")}] as counts from person_trait final where workspace_id = ${ch.value("UInt32", workspaceId)}`,
  );
  return new Map(traits.map((trait, index) => [trait, row?.counts[index] ?? 0]));
}

/** The values of some people who have one, chosen by chance; of all when they are few. */
export async function readValues(warehouse: Warehouse, workspaceId: number, trait: string): Promise<readonly Json[]> {
  const rows = await warehouse.rows<{ value: string }>(
    workspaceId,
    "computed_traits.spread",
    ch`select toJSONString(${valueOf(trait)}) as value from person_trait final
      where workspace_id = ${ch.value("UInt32", workspaceId)} and ${valueOf(trait)} is not null
      order by cityHash64(person_id) limit ${ch.value("UInt32", LOOKED_MAX)}`,
  );
  return rows.map(({ value }) => JSON.parse(value) as Json);
}

function valueOf(trait: string): ChStatement {
  return subcolumn("traits", [trait]);
}
