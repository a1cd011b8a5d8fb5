import type { FieldView } from "@terrace/domain/access/field-view";
import type { Permission } from "@terrace/domain/access/permissions";
import type { Condition, PersonCondition } from "@terrace/domain/conditions/condition";
import type { Calendar, Period, WeekStart } from "@terrace/domain/insight/time/calendar";
import { resolvePeriod, type AskedPeriod } from "@terrace/domain/insight/time/period";
import { ch, type ChStatement, type StatementCost, type Warehouse } from "../../../platform/storage/clickhouse.ts";
import { personAmong } from "../../../platform/storage/conditions/among.ts";
import { eventConditionSql, personConditionSql, type ConditionTools } from "../../../platform/storage/condition-sql.ts";
import type { Db } from "../../../platform/storage/postgres.ts";
import { valueOrThrow } from "../../../platform/http/fault-error.ts";
import type { MetricGround } from "@terrace/domain/insight/metrics/own-metric";
import { PERSON_OF_EVENT } from "../../../platform/storage/person-of-event.ts";
import { engineFault } from "../running/engine-fault.ts";
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

/**
 * For whom a question is asked; what their role does not see in clear cannot be asked for. A request's context is one. Without `may` the workspace itself
 * asks: what is told on a schedule was allowed to whoever set it up.
 */
export type Asker = {
  readonly workspaceId: number;
  readonly fields: FieldView;
  readonly signal: AbortSignal;
  readonly may?: (permission: Permission) => boolean;
};

/** Conditions become statements with these; every reading of `events` for figures keeps to `scope`. */
export type AnalysisTools = ConditionTools & {
  /** The condition on a row of `events` that the filters of the query mean. */
  readonly scope: ChStatement;
  /** The condition on a row of `person_trait` that the filters on people mean. */
  readonly people: ChStatement;
  /** The condition on the events that something begins with, where a group is told by those alone. */
  readonly startScope: ChStatement;
};

/** The filters of a query, as the contract reads them. */
export type Filters = { readonly events?: Condition | undefined; readonly people?: PersonCondition | undefined };

/** One question to the data of a workspace, with everything a plan and its statements need. Statements are read by `readRows`, nothing else. */
export type Asking = Asker & {
  readonly warehouse: Warehouse;
  readonly db: Db;
  /** Under which the engine knows the statements of the question. */
  readonly queryId: string;
  readonly tools: AnalysisTools;
  readonly calendar: Calendar;
  /** ISO code of the workspace's currency. */
  readonly currency: string;
  /** One moment for all of the question. */
  readonly nowMs: number;
  readonly noteCost: (cost: StatementCost) => void;
  readonly metricGround: () => Promise<MetricGround>;
  /** Asked of a group or of people compared with, not of all: what belongs to none of them, as the costs of channels, is not told. */
  readonly isOfGroup?: boolean;
};

/** What answers depend on besides the question and the data; the same key means the same. */
export type Surroundings = {
  readonly zone: string;
  readonly currency: string;
  readonly virtuals: ConditionTools["virtuals"];
  readonly key: string;
};

/** What a workspace has set. */
export async function surroundingsOf(deps: AnalysisDeps, workspaceId: number): Promise<Surroundings> {
  const workspace = await deps.workspace(workspaceId);
  const virtuals = await deps.collect.virtualEvents.list(workspaceId);
  const [zone, currency] = [workspace?.timeZone ?? "UTC", workspace?.currency ?? "CNY"];
  return { zone, currency, virtuals, key: JSON.stringify([zone, currency, virtuals]) };
}

/** Begins a question: one moment for all of it, in the workspace's zone. What bodies have in common has been read by their contracts. */
export function askingOf(
  deps: AnalysisDeps,
  asker: Asker & Pick<Asking, "noteCost">,
  { zone, currency, virtuals }: Surroundings,
  { body, queryId }: { readonly body: unknown; readonly queryId: string },
): Asking {
  const { workspaceId, fields, signal, noteCost } = asker;
  const { weekStart = "monday", filters = {} } = body as { readonly weekStart?: WeekStart; readonly filters?: Filters };
  const nowMs = deps.nowMs();
  const tokenise: ConditionTools["tokenise"] = (...value) => deps.privacy.tokenise(workspaceId, ...value);
  let ground: Promise<MetricGround> | undefined;
  const tools: ConditionTools = { workspaceId, virtuals, tokenise, nowMs, zone };
  return {
    warehouse: deps.warehouse,
    db: deps.db,
    workspaceId,
    queryId,
    fields,
    tools: { ...tools, scope: scopeOf(filters, tools), people: peopleScopeOf(filters.people, tools), startScope: ch`1` },
    calendar: { zone, weekStart },
    currency,
    nowMs,
    signal,
    noteCost,
    metricGround: () => (ground ??= deps.metricGround(workspaceId)),
  };
}

/** The condition on a row of `events` that filters mean. */
export function scopeOf({ events, people }: Filters, tools: ConditionTools): ChStatement {
  const parts = [events, people].flatMap((part) => (part === undefined ? [] : [eventConditionSql(part, tools)]));
  const ofSomebody = people === undefined ? [] : [ch`origin_id != 0`];
  return ch.join([ch`1`, ...ofSomebody, ...parts], " and ");
}

/** Whose row of `person_trait` it is. */
export const PERSON_OF_TRAITS = personAmong(ch`person_id`);

/** The condition on a row of `person_trait` that a filter on people means. */
export function peopleScopeOf(people: PersonCondition | undefined, tools: ConditionTools): ChStatement {
  return people === undefined ? ch`1` : personConditionSql(people, ch`person_id`, tools);
}

/** The period of a question, as instants. Throws `insight.period_invalid`. */
export function periodOf({ calendar, nowMs }: Asking, asked: AskedPeriod): Period {
  return valueOrThrow(resolvePeriod(asked, calendar, nowMs));
}

/** What one statement may take; the engine ends it beyond. */
const LIMITS = { seconds: 60, memoryBytes: 1_900_000_000, rowsAnswered: 200_000 };

/**
 * Reads the rows of a statement; the query ends when the asker goes away. Throws `insight.too_heavy`, `insight.too_slow`, `insight.busy`,
 * `insight.cancelled`.
 */
export async function readRows<Row>(
  { warehouse, workspaceId, queryId, signal, noteCost }: Asking,
  feature: string,
  statement: ChStatement,
): Promise<Row[]> {
  try {
    return await warehouse.rows<Row>(workspaceId, feature, statement, { signal, noteCost, queryId, limits: LIMITS });
  } catch (error) {
    throw engineFault(error);
  }
}

/** The condition that a row of `events` lies in a period. */
export function inPeriod({ fromMs, toMs }: Period): ChStatement {
  return ch`time >= fromUnixTimestamp64Milli(${ch.value("Int64", fromMs)}) and time < fromUnixTimestamp64Milli(${ch.value("Int64", toMs)})`;
}

/** Rows per `origin_id` brought together per `person`; `columns` aggregate those of `per_origin`. Whose an origin is, is asked once per origin. */
export function perPerson(workspaceId: number, perOrigin: ChStatement, columns: ChStatement): ChStatement {
  return ch`select ${PERSON_OF_EVENT} as person, ${columns} from (select ${ch.value("UInt32", workspaceId)} as workspace_id, * from (${perOrigin})) as per_origin group by person`;
}
