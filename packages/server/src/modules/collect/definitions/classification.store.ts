import type { PropertyClass, PropertyScope } from "@terrace/domain/personal/property-class";
import type { Tx } from "../../../platform/storage/postgres.ts";

/** What an operator said a property or trait is. */
export type ClassRow = {
  readonly scope: PropertyScope;
  readonly name: string;
  readonly class: PropertyClass;
  /** What was recognised before anybody said anything. */
  readonly detected: PropertyClass;
  readonly hides: boolean;
  readonly setBy: string;
  readonly setAt: Date;
};

/** Writes the class of a property or trait: the last word counts, but what was recognised is kept from the first. */
export async function saveClass(tx: Tx, workspaceId: number, row: ClassRow): Promise<void> {
  await tx`
    insert into property_class (workspace_id, scope, name, class, detected, hides, set_by, set_at)
    values (${workspaceId}, ${row.scope}, ${row.name}, ${row.class}, ${row.detected}, ${row.hides}, ${row.setBy}, ${row.setAt})
    on conflict (workspace_id, scope, name) do update set class = excluded.class, hides = excluded.hides, set_by = excluded.set_by, set_at = excluded.set_at, changed_at = now()`;
}
