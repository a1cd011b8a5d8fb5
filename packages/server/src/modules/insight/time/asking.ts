import type { FieldView } from "@terrace/domain/access/field-view";
import type { Calendar, Period, WeekStart } from "@terrace/domain/insight/time/calendar";
import { ch, type ChStatement, type Warehouse } from "../../../platform/storage/clickhouse.ts";
import type { ConditionTools } from "../../../platform/storage/condition-sql.ts";
import { faultError } from "../../../platform/http/fault-error.ts";
import type { RouteContext } from "../../../platform/http/handler.ts";
import { PERSON_OF_EVENT } from "../../../platform/storage/person-of-event.ts";
import type { AccessModule } from "../../access/module.ts";
import type { Collect } from "../../collect/module.ts";
import type { PeopleModule } from "../../people/module.ts";

/** What analyses stand on. */
export type AnalysisDeps = {
  readonly warehouse: Warehouse;
  readonly workspace: AccessModule["workspace"];
  readonly people: Pick<PeopleModule, "displayNames">;
  readonly collect: { readonly virtualEvents: Pick<Collect["virtualEvents"], "list"> };
  readonly privacy: { readonly tokenise: (workspaceId: number, ...value: Parameters<ConditionTools["tokenise"]>) => string };
  readonly denies: (workspaceId: number, originId: string) => boolean;
  readonly nowMs: () => number;
};

/** One question to the events of a workspace, with everything a plan and its statements need. */
export type Asking = {
  readonly warehouse: Warehouse;
  readonly workspaceId: number;
  readonly tools: ConditionTools;
  readonly calendar: Calendar;
  readonly nowMs: number;
  readonly signal: AbortSignal;
};

/** Begins a question: one moment for all of it, in the workspace's zone. */
export async function startAsking(deps: AnalysisDeps, { workspaceId, signal }: RouteContext, weekStart: WeekStart): Promise<Asking> {
  const nowMs = deps.nowMs();
  const zone = (await deps.workspace(workspaceId))?.timeZone ?? "UTC";
  const virtuals = await deps.collect.virtualEvents.list(workspaceId);
  return {
    warehouse: deps.warehouse,
    workspaceId,
    tools: { workspaceId, virtuals, tokenise: (...value) => deps.privacy.tokenise(workspaceId, ...value), nowMs, zone },
    calendar: { zone, weekStart },
    nowMs,
    signal,
  };
}

/** Figures of a property that the caller does not see in clear would tell its values. */
export function refuseUnseen(fields: FieldView, property: string | undefined, field: string): void {
  // A rule for a property holds for everything inside it.
  const names = property === undefined ? [] : [property, property.split(".")[0] ?? ""];
  if (names.some((name) => fields.property(name, "") !== "clear"))
    throw faultError("field.hidden", { field, mend: "Choose another property; your role does not see this one" });
}

/** Reads the rows of a statement; the query ends when the asker goes away. */
export function readRows<Row>({ warehouse, workspaceId, signal }: Asking, feature: string, statement: ChStatement): Promise<Row[]> {
  return warehouse.rows<Row>(workspaceId, feature, statement, { signal });
}

/** The condition that a row of `events` lies in a period. */
export function inPeriod({ fromMs, toMs }: Period): ChStatement {
  return ch`time >= fromUnixTimestamp64Milli(${ch.value("Int64", fromMs)}) and time < fromUnixTimestamp64Milli(${ch.value("Int64", toMs)})`;
}

/** Rows per `origin_id` brought together per `person`; `columns` aggregate those of `per_origin`. Whose an origin is, is asked once per origin. */
export function perPerson(workspaceId: number, perOrigin: ChStatement, columns: ChStatement): ChStatement {
  return ch`select ${PERSON_OF_EVENT} as person, ${columns} from (select ${ch.value("UInt32", workspaceId)} as workspace_id, * from (${perOrigin})) as per_origin group by person`;
}
