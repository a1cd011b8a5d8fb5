import { isTimeZone } from "@terrace/domain/time/zoned-time";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import { numbers } from "../../platform/storage/bulk-values.ts";

/** What the trait `timezone` says of some people, by person, whatever it says. */
export async function loadZones(sql: Db | Tx, workspaceId: number, personIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await sql<{ id: string; zone: string }[]>`
    select person_id as id, traits->>'timezone' as zone from person_profile
    where workspace_id = ${workspaceId} and person_id = any(${numbers(personIds)}::bigint[]) and traits ? 'timezone'`;
  return new Map(rows.map(({ id, zone }) => [id, zone]));
}

/** Somebody's own zone, where what is said of it is one; else the workspace's. */
export function zoneOf(said: string | undefined, workspaceZone: string): string {
  return said !== undefined && isTimeZone(said) ? said : workspaceZone;
}
