import type { Db } from "../../../platform/storage/postgres.ts";
import { DEFINITIONS_MAX, PROPERTIES_MAX } from "./definition-cache.ts";
import type { DefinitionRow } from "./definition.views.ts";

/** Definitions that are not hidden, by name. */
export async function loadActiveDefinitions(
  db: Db,
  workspaceId: number,
  limit: number,
): Promise<readonly Pick<DefinitionRow, "name" | "nameZh" | "nameEn" | "description" | "schema">[]> {
  return db<DefinitionRow[]>`
    select name, display_name_zh as "nameZh", display_name_en as "nameEn", description, schema from event_definition
    where workspace_id = ${workspaceId} and status = 'active' order by name limit ${limit}`;
}

/** Every property that was seen, by event. Definitions and their properties are limited where they are registered. */
export async function loadSeenProperties(
  db: Db,
  workspaceId: number,
): Promise<readonly { readonly event: string; readonly name: string; readonly bits: number }[]> {
  return db<{ event: string; name: string; bits: number }[]>`
    select event_name as event, name, type_bits as bits from event_property where workspace_id = ${workspaceId} and type_bits <> 0
    order by event_name, name limit ${DEFINITIONS_MAX * PROPERTIES_MAX}`;
}
