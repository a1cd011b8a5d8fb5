import type { FieldView } from "@terrace/domain/access/field-view";
import type { Condition, PersonCondition } from "@terrace/domain/conditions/condition";
import type { Calendar, Period, WeekStart } from "@terrace/domain/insight/time/calendar";
import { resolvePeriod, type AskedPeriod } from "@terrace/domain/insight/time/period";
import { ch, type ChStatement, type StatementCost, type Warehouse } from "../../../platform/storage/clickhouse.ts";
import { eventConditionSql, type ConditionTools } from "../../../platform/storage/condition-sql.ts";
import type { Db } from "../../../platform/storage/postgres.ts";
import { faultError, valueOrThrow } from "../../../platform/http/fault-error.ts";
import type { MetricGround } from "@terrace/domain/insight/metrics/own-metric";
import { PERSON_OF_EVENT } from "../../../platform/storage/person-of-event.ts";
import { isSeen } from "./refuse-unseen.ts";
import type { AccessModule } from "../../access/module.ts";
import type { Collect } from "../../collect/module.ts";
import type { PeopleModule } from "../../people/module.ts";

/** What analyses stand on. */
export type AnalysisDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly workspace: AccessModule["workspace"];
  readonly people: Pick<PeopleModule, "displayNames">;
  readonly collect: { readonly virtualEvents: Pick<Collect["virtualEvents"], "list"> };
  readonly privacy: { readonly tokenise: (workspaceId: number, ...value: Parameters<ConditionTools["tokenise"]>) => string };
  readonly denies: (workspaceId: number, originId: string) => boolean;
  /** Own metrics of a workspace, and which events count as what in it. */
  readonly metricGround: (workspaceId: number) => Promise<MetricGround>;
  readonly nowMs: () => number;
};

/** For whom a question is asked; what their role does not see in clear cannot be asked for. A request's context is one. */
export type Asker = { readonly workspaceId: number; readonly fields: FieldView; readonly signal: AbortSignal };

/** Conditions become statements with these; every reading of `events` for figures keeps to `scope`. */
export type AnalysisTools = ConditionTools & {
  /** The condition on a row of `events` that the filters of the query mean. */
  readonly scope: ChStatement;
};

/** The filters of a query, as the contract reads them. */
export type Filters = { readonly events?: Condition | undefined; readonly people?: PersonCondition | undefined };

/** One question to the data of a workspace, with everything a plan and its statements need. Statements are read by `readRows`, nothing else. */
export type Asking = Asker & {
  readonly warehouse: Warehouse;
  readonly db: Db;
  readonly tools: AnalysisTools;
  readonly calendar: Calendar;
  /** ISO code of the workspace's currency. */
  readonly currency: string;
  /** One moment for all of the question. */
  readonly nowMs: number;
  readonly noteCost: (cost: StatementCost) => void;
  readonly metricGround: () => Promise<MetricGround>;
};

/** Begins a question: one moment for all of it, in the workspace's zone. */
export async function startAsking(
  deps: AnalysisDeps,
  { workspaceId, fields, signal }: Asker,
  { weekStart, filters, noteCost }: { readonly weekStart: WeekStart; readonly filters: Filters; readonly noteCost: Asking["noteCost"] },
): Promise<Asking> {
  const nowMs = deps.nowMs();
  const workspace = await deps.workspace(workspaceId);
  const zone = workspace?.timeZone ?? "UTC";
  const virtuals = await deps.collect.virtualEvents.list(workspaceId);
  const tools: ConditionTools = {
    workspaceId,
    virtuals,
    tokenise: (...value) => deps.privacy.tokenise(workspaceId, ...value),
    nowMs,
    zone,
  };
  return {
    warehouse: deps.warehouse,
    db: deps.db,
    workspaceId,
    fields,
    tools: { ...tools, scope: scopeOf(filters, tools) },
    calendar: { zone, weekStart },
    currency: workspace?.currency ?? "CNY",
    nowMs,
    signal,
    noteCost,
    metricGround: () => deps.metricGround(workspaceId),
  };
}

/** The condition on a row of `events` that filters mean. */
export function scopeOf({ events, people }: Filters, tools: ConditionTools): ChStatement {
  const parts = [events, people].flatMap((part) => (part === undefined ? [] : [eventConditionSql(part, tools)]));
  const ofSomebody = people === undefined ? [] : [ch`origin_id != 0`];
  return ch.join([ch`1`, ...ofSomebody, ...parts], " and ");
}

/** The period of a question, as instants. Throws `insight.period_invalid`. */
export function periodOf({ calendar, nowMs }: Asking, asked: AskedPeriod): Period {
  return valueOrThrow(resolvePeriod(asked, calendar, nowMs));
}

/** Figures of a property that the caller does not see in clear would tell its values. Bodies are looked through before an analysis is asked; this is for what stands in none. */
export function refuseUnseen(fields: FieldView, property: string | undefined, field: string): void {
  if (property !== undefined && !isSeen(property, fields.property))
    throw faultError("field.hidden", { field, mend: "Choose another property; your role does not see this one" });
}

/** Reads the rows of a statement; the query ends when the asker goes away. */
export function readRows<Row>(
  { warehouse, workspaceId, signal, noteCost }: Asking,
  feature: string,
  statement: ChStatement,
): Promise<Row[]> {
  return warehouse.rows<Row>(workspaceId, feature, statement, { signal, noteCost });
}

/** The condition that a row of `events` lies in a period. */
export function inPeriod({ fromMs, toMs }: Period): ChStatement {
  return ch`time >= fromUnixTimestamp64Milli(${ch.value("Int64", fromMs)}) and time < fromUnixTimestamp64Milli(${ch.value("Int64", toMs)})`;
}

/** Rows per `origin_id` brought together per `person`; `columns` aggregate those of `per_origin`. Whose an origin is, is asked once per origin. */
export function perPerson(workspaceId: number, perOrigin: ChStatement, columns: ChStatement): ChStatement {
  return ch`select ${PERSON_OF_EVENT} as person, ${columns} from (select ${ch.value("UInt32", workspaceId)} as workspace_id, * from (${perOrigin})) as per_origin group by person`;
}
