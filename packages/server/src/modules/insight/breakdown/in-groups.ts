import { isByPerson, type BreakdownBy } from "@terrace/domain/insight/breakdown";
import type { PersonCondition } from "@terrace/domain/conditions/condition";
import { previousPeriod, type AskedPeriod } from "@terrace/domain/insight/time/period";
import { hideTokens } from "@terrace/domain/personal/hide-tokens";
import { faultError } from "../../../platform/http/fault-error.ts";
import { ch } from "../../../platform/storage/clickhouse.ts";
import { PERSON_OF_EVENT_AMONG } from "../../../platform/storage/conditions/among.ts";
import type { AnyAnalysis } from "../analysis.ts";
import { peopleScopeOf, periodOf, PERSON_OF_TRAITS, scopeOf, type Asking, type Filters } from "../time/asking.ts";
import { groupSql, topGroups, type Group, type GroupsAsked } from "./groups.views.ts";

/** What bodies of analyses have that are answered in groups too, as their contracts read it. */
type GroupedBody = {
  readonly period?: AskedPeriod;
  readonly filters?: Filters;
  readonly breakdown?: { readonly by: BreakdownBy; readonly top: number };
  readonly compareWith?: "previous" | { readonly people: PersonCondition };
  readonly of?: OfGroup;
  readonly group?: OfGroup;
};
type OfGroup = { readonly value: string | null } | { readonly other: true } | { readonly compared: true };
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
  const figuresOf = groups.figures ?? answer;
  const comparison = compareWith === undefined ? undefined : await answerOf(figuresOf, compared(groups, asking, body));
  if (breakdown === undefined || groups.events === undefined) return { ...whole, ...(comparison === undefined ? {} : { comparison }) };
  const told: object[] = [];
  for (const { value, other, more, narrowed } of await groupsOf(groups, asking, body)) {
    const figures = await answerOf(figuresOf, narrowed);
    // Of a value there is no `values`: what is undefined is not sent.
    told.push({ value: value === null ? null : hideTokens(value), other, values: more, figures });
  }
  return { ...whole, breakdown: told, ...(comparison === undefined ? {} : { comparison }) };
}

/** The groups of a breakdown with a question for each, for analyses that tell them in a way of their own. */
export async function groupCases(asking: Asking, asked: GroupsAsked): Promise<readonly GroupCase[]> {
  const { values, more } = await topGroups(asking, asked);
  const groups: readonly Group[] = [...values.map((value) => ({ value })), ...(more > 0 ? [{ otherThan: values }] : [])];
  return groups.map((group) => ({
    value: "value" in group ? group.value : null,
    other: !("value" in group),
    asking: inGroup(asking, { asked, group, of: "scope" }),
  }));
}
export type GroupCase = { readonly value: string | null; readonly other: boolean; readonly asking: Asking };

/** The question that a cell's people are asked for in: of the whole, of a group, or of what is compared with. Throws `insight.no_such_cell`. */
export async function askedForCell({ groups }: Pick<AnyAnalysis, "groups">, asking: Asking, body: object): Promise<Narrowed> {
  const { breakdown, compareWith } = body as GroupedBody;
  const of = groups && (body as GroupedBody)[groups.cellOf ?? "of"];
  if (groups === undefined || of === undefined) return { asking, body };
  if ("compared" in of) return compareWith === undefined ? noSuchGroup() : compared(groups, asking, body);
  if (breakdown === undefined || groups.events === undefined) return noSuchGroup();
  const found = (await groupsOf(groups, asking, body)).find((each) =>
    "other" in of ? each.other : !each.other && (each.value === of.value || (each.value !== null && hideTokens(each.value) === of.value)),
  );
  return found === undefined ? noSuchGroup() : found.narrowed;
}

function noSuchGroup(): never {
  throw faultError("insight.no_such_cell", { field: "of", mend: "Name a value of the answer's breakdown, other, or compared" });
}

function answerOf(answer: (asking: Asking, body: never) => Promise<object>, { asking, body }: Narrowed): Promise<object> {
  return answer(asking, body as never);
}

async function groupsOf(groups: Grouping, asking: Asking, body: object): Promise<readonly OneGroup[]> {
  const { breakdown, period } = body as GroupedBody;
  if (breakdown === undefined || groups.events === undefined) return [];
  const all = { fromMs: 0, toMs: asking.nowMs };
  const events = await groups.events(body as never, asking);
  const asked = { ...breakdown, events, period: period === undefined ? all : periodOf(asking, period) };
  const { values, more } = await topGroups(asking, asked);
  const of = groups.narrows === "start" && !isByPerson(asked.by) ? ("startScope" as const) : ("scope" as const);
  const narrowed = (group: Group): Narrowed => ({ asking: inGroup(asking, { asked, group, of }), body: whole(groups, body) });
  const told = values.map((value) => ({ value, other: false, narrowed: narrowed({ value }) }));
  return more > 0 ? [...told, { value: null, other: true, more, narrowed: narrowed({ otherThan: values }) }] : told;
}

/** Of all values that are not told one by one also how many they are. */
type OneGroup = { readonly value: string | null; readonly other: boolean; readonly more?: number; readonly narrowed: Narrowed };
type InGroup = { readonly asked: GroupsAsked; readonly group: Group; readonly of: "scope" | "startScope" };

function inGroup(asking: Asking, { asked, group, of }: InGroup): Asking {
  const { tools } = asking;
  const people = isByPerson(asked.by) ? ch`${tools.people} and ${groupSql(asking, asked, group, PERSON_OF_TRAITS)}` : tools.people;
  return {
    ...asking,
    isOfGroup: true,
    tools: { ...tools, people, [of]: ch`${tools[of]} and ${groupSql(asking, asked, group, PERSON_OF_EVENT_AMONG)}` },
  };
}

function compared(groups: Grouping, asking: Asking, body: object): Narrowed {
  const { compareWith, period, filters = {} } = body as GroupedBody;
  if (typeof compareWith === "object") {
    const { people } = compareWith;
    const tools = {
      ...asking.tools,
      scope: scopeOf({ ...filters, people }, asking.tools),
      people: peopleScopeOf(people, asking.tools),
    };
    return { asking: { ...asking, isOfGroup: true, tools }, body: whole(groups, body) };
  }
  if (period === undefined) throw faultError("insight.query_invalid", { field: "compareWith", mend: "Only a period has one before it" });
  return { asking, body: { ...whole(groups, body), period: previousPeriod(period, periodOf(asking, period), asking.calendar) } };
}

/** The question of one group or comparison alone. */
function whole({ cellOf }: Grouping, body: object): object {
  const { breakdown: _breakdown, compareWith: _compareWith, [cellOf ?? "of"]: _of, ...rest } = body as GroupedBody;
  return rest;
}
