import type { Condition, EventSelector, Leaf, PersonCondition } from "@terrace/domain/conditions/condition";
import { withStoredForms, type Tokenise } from "@terrace/domain/conditions/stored-forms";
import type { VirtualEvent } from "@terrace/domain/event/virtual-event";
import { ch, type ChStatement } from "./clickhouse.ts";
import { PERSON_OF_EVENT_AMONG, personAmong, type Among } from "./conditions/among.ts";
import { columnTestSql } from "./conditions/column-sql.ts";
import { jsonTestSql } from "./conditions/json-test-sql.ts";
import { asksTraitsOnly, didSql, traitsSql } from "./conditions/person-sql.ts";
import { segmentPeopleSql } from "./conditions/segment-sql.ts";
import { namedCondition } from "./event-names.ts";

/** What a condition needs to know besides itself to become SQL. */
export type ConditionTools = {
  readonly workspaceId: number;
  readonly virtuals: readonly VirtualEvent[];
  readonly tokenise: Tokenise;
  /** Now, Unix ms; "the last days" end here. */
  readonly nowMs: number;
  /** IANA zone of the workspace; dates are local to it. */
  readonly zone: string;
};

/**
 * The condition on a row of `events` that the selector means; it stands in brackets, so that it may be put anywhere. The workspace is
 * not in it. Values are given in clear: a personal one finds its token.
 */
export function eventSelectorSql({ event, where }: EventSelector, tools: ConditionTools): ChStatement {
  return selectorSql({ event, where: where === undefined ? undefined : withStoredForms(where, tools.tokenise) }, tools);
}

/** A condition on a row of `events`; true or false, never null. Leaves about people mean whose event it is. */
export function eventConditionSql(condition: Condition, tools: ConditionTools): ChStatement {
  return conditionSql(withStoredForms(condition, tools.tokenise), PERSON_OF_EVENT_AMONG, tools);
}

/** A condition on a person, whose id the expression `person` gives; true or false, never null. */
export function personConditionSql(condition: PersonCondition, person: ChStatement, tools: ConditionTools): ChStatement {
  return conditionSql(withStoredForms(condition, tools.tokenise), personAmong(person), tools);
}

function selectorSql({ event, where }: EventSelector, tools: ConditionTools): ChStatement {
  const parts = [
    ...(event === null ? [] : [namedCondition([event], tools.virtuals)]),
    ...(where === undefined ? [] : [conditionSql(where, PERSON_OF_EVENT_AMONG, tools)]),
  ];
  return parts.length === 0 ? ch`(1)` : ch`(${ch.join(parts, " and ")})`;
}

function conditionSql(condition: Condition, among: Among, tools: ConditionTools): ChStatement {
  if (asksTraitsOnly(condition)) return traitsSql(among, condition, tools.workspaceId);
  const inner = (part: Condition): ChStatement => conditionSql(part, among, tools);
  if ("all" in condition) return ch`(${ch.join(condition.all.map(inner), " and ")})`;
  if ("any" in condition) return ch`(${ch.join(condition.any.map(inner), " or ")})`;
  if ("not" in condition) return ch`not ${inner(condition.not)}`;
  return leafSql(condition, among, tools);
}

function leafSql(leaf: Leaf, among: Among, tools: ConditionTools): ChStatement {
  if ("property" in leaf) return jsonTestSql("properties", leaf.property, leaf);
  if ("column" in leaf) return columnTestSql(leaf.column, leaf);
  if ("trait" in leaf) return traitsSql(among, leaf, tools.workspaceId);
  if ("segment" in leaf) return among(segmentPeopleSql(leaf.segment, tools.workspaceId), leaf.in);
  return didSql(among, leaf, { ...tools, select: (selector) => selectorSql(selector, tools) });
}
