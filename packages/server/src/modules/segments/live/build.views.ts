import type { PersonCondition } from "@terrace/domain/conditions/condition";
import { ch, type ChStatement, type Warehouse } from "../../../platform/storage/clickhouse.ts";
import { everyoneMeetingSql, type ConditionTools } from "../../../platform/storage/condition-sql.ts";
import type { PeopleTexts } from "./build.store.ts";

const TIMEOUT_SECONDS = 600;
/** Ids of one text. */
const IDS_PER_TEXT = 100_000;

/** Whoever meets a condition by what the event engine knows now. */
export async function readMeeting(
  warehouse: Warehouse,
  condition: PersonCondition,
  tools: ConditionTools,
  signal: AbortSignal,
): Promise<PeopleTexts> {
  const { workspaceId } = tools;
  return readPeople(warehouse, everyoneMeetingSql(condition, tools), { workspaceId, feature: "segments.build", signal });
}

/**
 * Everyone whom a statement gives, each once, as the column `person`, in the order of their ids, in which they are written fastest.
 * The engine makes the texts itself: a million rows would take longer than the question.
 */
export async function readPeople(
  warehouse: Warehouse,
  people: ChStatement,
  { workspaceId, feature, signal }: { readonly workspaceId: number; readonly feature: string; readonly signal: AbortSignal },
): Promise<PeopleTexts> {
  const statement = ch`
    select arrayStringConcat(groupArray(toString(person)), ',') as ids
    from (select person, intDiv(rowNumberInAllBlocks(), ${ch.value("UInt64", IDS_PER_TEXT)}) as page from (select person from (${people}) order by person))
    group by page order by page`;
  const rows = await warehouse.rows<{ ids: string }>(workspaceId, feature, statement, { signal, timeoutSeconds: TIMEOUT_SECONDS });
  return rows.map(({ ids }) => ids);
}
