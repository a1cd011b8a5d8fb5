import { isByPerson, type BreakdownBy } from "@terrace/domain/insight/breakdown";
import type { PersonCondition } from "@terrace/domain/conditions/condition";
import { previousPeriod, type AskedPeriod } from "@terrace/domain/insight/time/period";
import { hideTokens } from "@terrace/domain/personal/hide-tokens";
import { faultError } from "../../../platform/http/fault-error.ts";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import type { AnyAnalysis } from "../analysis.ts";
import { periodOf, scopeOf, type Asking, type Filters } from "../time/asking.ts";
import { groupSql, topGroups, type Group, type GroupsAsked } from "./groups.views.ts";

/** What bodies of analyses have that are answered in groups too, as their contracts read it. */
type GroupedBody = {
  readonly period?: AskedPeriod;
  readonly filters?: Filters;
  readonly breakdown?: { readonly by: BreakdownBy; readonly top: number };
  readonly compareWith?: "previous" | { readonly people: PersonCondition };
  readonly of?: { readonly value: string | null } | { readonly other: true } | { readonly compared: true };
};
type Narrowed = { readonly asking: Asking; readonly body: object };
type Grouping = NonNullable<AnyAnalysis["groups"]>;

/** The figures of the whole, of each group of a breakdown and of what is compared with. */
export async function answerInGroups(
  { groups, answer }: Pick<AnyAnalysis, "groups" | "answer">,
  asking: Asking,
  body: object,
): Promise<object> {
  const whole = await answer(asking, body as never);
  const { breakdown, compareWith } = body as GroupedBody;
  if (groups === undefined || (breakdown === undefined && compareWith === undefined)) return whole;
  const comparison = compareWith === undefined ? undefined : await answerOf(answer, compared(asking, body));
  if (breakdown === undefined || groups.events === undefined) return { ...whole, ...(comparison === undefined ? {} : { comparison }) };
  const told: object[] = [];
  for (const { value, other, group } of await groupsOf(groups, asking, body)) {
    const figures = await answerOf(answer, inGroup(groups, asking, body, group));
    told.push({ value: value === null ? null : hideTokens(value), other, figures });
  }
  return { ...whole, breakdown: told, ...(comparison === undefined ? {} : { comparison }) };
}

/** The groups of a breakdown with a question for each, for analyses that tell them in a way of their own. */
export async function groupCases(asking: Asking, asked: GroupsAsked): Promise<readonly GroupCase[]> {
  const { values, isMore } = await topGroups(asking, asked);
  const groups: readonly Group[] = [...values.map((value) => ({ value })), ...(isMore ? [{ otherThan: values }] : [])];
  return groups.map((group) => ({
    value: "value" in group ? group.value : null,
    other: !("value" in group),
    asking: narrowed(asking, "scope", groupSql(asking, asked, group)),
  }));
}
export type GroupCase = { readonly value: string | null; readonly other: boolean; readonly asking: Asking };

/** The question that a cell's people are asked for in: of the whole, of a group, or of what is compared with. Throws `insight.no_such_cell`. */
export async function askedForCell({ groups }: Pick<AnyAnalysis, "groups">, asking: Asking, body: object): Promise<Narrowed> {
  const { of, breakdown, compareWith } = body as GroupedBody;
  if (groups === undefined || of === undefined) return { asking, body };
  if ("compared" in of) return compareWith === undefined ? noSuchGroup() : compared(asking, body);
  if (breakdown === undefined || groups.events === undefined) return noSuchGroup();
  const found = (await groupsOf(groups, asking, body)).find((each) =>
    "other" in of ? each.other : !each.other && (each.value === of.value || (each.value !== null && hideTokens(each.value) === of.value)),
  );
  return found === undefined ? noSuchGroup() : inGroup(groups, asking, body, found.group);
}

function noSuchGroup(): never {
  throw faultError("insight.no_such_cell", { field: "of", mend: "Name a value of the answer's breakdown, other, or compared" });
}

function answerOf(answer: AnyAnalysis["answer"], { asking, body }: Narrowed): Promise<object> {
  return answer(asking, body as never);
}

async function groupsOf(
  groups: Grouping,
  asking: Asking,
  body: object,
): Promise<readonly { readonly value: string | null; readonly other: boolean; readonly group: Group }[]> {
  const asked = askedOf(groups, asking, body);
  if (asked === undefined) return [];
  const { values, isMore } = await topGroups(asking, asked);
  const told = values.map((value) => ({ value, other: false, group: { value } }));
  return isMore ? [...told, { value: null, other: true, group: { otherThan: values } }] : told;
}

function askedOf(groups: Grouping, asking: Asking, body: object): GroupsAsked | undefined {
  const { breakdown, period } = body as GroupedBody;
  if (breakdown === undefined || groups.events === undefined) return undefined;
  const all = { fromMs: 0, toMs: asking.nowMs };
  return { ...breakdown, events: groups.events(body as never), period: period === undefined ? all : periodOf(asking, period) };
}

function inGroup(groups: Grouping, asking: Asking, body: object, group: Group): Narrowed {
  const asked = askedOf(groups, asking, body);
  if (asked === undefined) return noSuchGroup();
  const part = groupSql(asking, asked, group);
  const isOfStart = groups.narrows === "start" && !isByPerson(asked.by);
  return { asking: narrowed(asking, isOfStart ? "startScope" : "scope", part), body: whole(body) };
}

function narrowed(asking: Asking, key: "scope" | "startScope", part: ChStatement): Asking {
  return { ...asking, tools: { ...asking.tools, [key]: ch`${asking.tools[key]} and ${part}` } };
}

function compared(asking: Asking, body: object): Narrowed {
  const { compareWith, period, filters = {} } = body as GroupedBody;
  if (typeof compareWith === "object") {
    const scope = scopeOf({ ...filters, people: compareWith.people }, asking.tools);
    return { asking: { ...asking, tools: { ...asking.tools, scope } }, body: whole(body) };
  }
  if (period === undefined) throw faultError("insight.query_invalid", { field: "compareWith", mend: "Only a period has one before it" });
  return { asking, body: { ...whole(body), period: previousPeriod(period, periodOf(asking, period), asking.calendar) } };
}

/** The question of one group or comparison alone. */
function whole(body: object): object {
  const { breakdown: _breakdown, compareWith: _compareWith, of: _of, ...rest } = body as GroupedBody;
  return rest;
}
