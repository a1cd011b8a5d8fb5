import type { PersonLeaf } from "@terrace/domain/conditions/condition";
import { ch } from "../../platform/storage/clickhouse.ts";
import { personConditionSql } from "../../platform/storage/condition-sql.ts";
import { PERSON_OF_EVENT } from "../../platform/storage/person-of-event.ts";
import type { JourneyDeps } from "./journey-deps.ts";

type Reading = Pick<JourneyDeps, "warehouse" | "privacy" | "workspace" | "virtualEvents" | "nowMs">;

const DAY_MS = 86_400_000;
/** So many days tell at which hour somebody is usually there. */
const USUAL_DAYS = 90;

/** Those of some people for whom a leaf of a condition holds. */
export async function meetingLeaf(
  deps: Reading,
  workspaceId: number,
  leaf: PersonLeaf,
  personIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const zone = (await deps.workspace(workspaceId))?.timeZone ?? "UTC";
  const tools = {
    workspaceId,
    virtuals: await deps.virtualEvents(workspaceId),
    tokenise: (...value: Parameters<typeof deps.privacy.tokenise> extends [number, ...infer Rest] ? Rest : never) =>
      deps.privacy.tokenise(workspaceId, ...value),
    nowMs: deps.nowMs(),
    zone,
  };
  const rows = await deps.warehouse.rows<{ id: string }>(
    workspaceId,
    "journeys.condition",
    ch`select toString(person) as id from (select toUInt64(arrayJoin(${ch.value("Array(String)", personIds)})) as person) /* workspace_id is named in what it reads */
    where ${personConditionSql(leaf, ch`person`, tools)}`,
  );
  return new Set(rows.map(({ id }) => id));
}

/** The minute of the day at which each of some people was most often there lately, as a zone's clock shows it; the earliest of several. */
export async function usualMinutes(
  deps: Reading,
  workspaceId: number,
  { personIds, zone }: { readonly personIds: readonly string[]; readonly zone: string },
): Promise<ReadonlyMap<string, number>> {
  const rows = await deps.warehouse.rows<{ id: string; hour: number }>(
    workspaceId,
    "journeys.usual_hour",
    ch`select toString(person) as id, toUInt8(argMax(hour, (hours, -hour))) as hour from (
        select ${PERSON_OF_EVENT} as person, toInt16(toHour(time, ${ch.value("String", zone)})) as hour, count() as hours from events
        where workspace_id = ${ch.value("UInt32", workspaceId)} and time >= fromUnixTimestamp64Milli(${ch.value("Int64", deps.nowMs() - USUAL_DAYS * DAY_MS)})
          and person in ${ch.value("Array(UInt64)", `[${personIds.join(",")}]`)}
        group by person, hour)
      group by person`,
  );
  return new Map(rows.map(({ id, hour }) => [id, hour * 60]));
}
