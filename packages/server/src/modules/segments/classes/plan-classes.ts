import type { SortedClass } from "@terrace/domain/classes/class-rules";
import { traitOfClass } from "@terrace/domain/traits/computed-traits";
import type { Tx } from "../../../platform/storage/postgres.ts";
import { loadClasses, loadValues } from "./class.store.ts";

/** A class as people are sorted by it. */
export type PlanClass = SortedClass & { readonly id: string; readonly key: string };

/** Classes of a workspace with their values in order. */
export async function loadPlanClasses(tx: Tx, workspaceId: number): Promise<readonly PlanClass[]> {
  const classes = await loadClasses(tx, workspaceId);
  if (classes.length === 0) return [];
  const values = Map.groupBy(await loadValues(tx, workspaceId), ({ classId }) => classId);
  return classes.map(({ id, key }) => ({ id, key, trait: traitOfClass(key), values: values.get(id) ?? [] }));
}
