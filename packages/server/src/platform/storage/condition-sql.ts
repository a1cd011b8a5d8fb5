import {
  mapSelectors,
  type Condition,
  type EventSelector,
  type Leaf,
  type PersonCondition,
  type PopulationLeaf,
} from "@terrace/domain/conditions/condition";
import { withStoredForms, type Tokenise } from "@terrace/domain/conditions/stored-forms";
import type { VirtualEvent } from "@terrace/domain/event/virtual-event";
import { ch, type ChStatement } from "./clickhouse.ts";
import { PERSON_OF_EVENT_AMONG, personAmong, type Among } from "./conditions/among.ts";
import { chanceSql } from "./conditions/chance-sql.ts";
import { columnTestSql } from "./conditions/column-sql.ts";
import { jsonTestSql } from "./conditions/json-test-sql.ts";
import {
  amountsSql,
  behaviourPeopleSql,
  behaviourSql,
  holdsForNobody,
  isBehaviourLeaf,
  type BehaviourTools,
  type NumberLeaf,
} from "./conditions/behaviour-sql.ts";
import { consistsOf, isTraitLeaf, TOGETHER, traitsSql } from "./conditions/person-sql.ts";
import { populationSql, standingPeopleSql } from "./conditions/population-sql.ts";
import { segmentPeopleSql } from "./conditions/segment-sql.ts";
import { tagSql } from "./conditions/tag-sql.ts";
import { DONE_BY_SOMEBODY, namedCondition } from "./event-names.ts";
import { personOfOrigin } from "./person-of-event.ts";

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

/** The condition that a row of `events` is one of some events; none of none. */
export function anyEventSql(selectors: readonly EventSelector[], tools: ConditionTools): ChStatement {
  if (selectors.length === 0) return ch`0`;
  return ch`(${ch.join(
    selectors.map((selector) => eventSelectorSql(selector, tools)),
    " or ",
  )})`;
}

/**
 * The people who meet a condition on what they did, each once, as the column `person`; only for one that nobody meets without having done something.
 */
export function peopleMeetingSql(condition: PersonCondition, tools: ConditionTools): ChStatement {
  const stored = withStoredForms(condition, tools.tokenise);
  const behaviour = behaviourTools(tools);
  if (!consistsOf(stored, isBehaviourLeaf) || holdsForNobody(stored, behaviour))
    throw new TypeError("a condition that only those meet who did something");
  return behaviourPeopleSql(stored, behaviour, true);
}

/** What some leaves that compare a number come to, by the columns `person` and `amounts`: a list in their order. Who did nothing of the kinds is not in it. */
export function leafAmountsSql(leaves: readonly NumberLeaf[], tools: ConditionTools): ChStatement {
  const stored = leaves.map((leaf) =>
    mapSelectors(leaf, ({ event, where }) => (where === undefined ? { event } : { event, where: withStoredForms(where, tools.tokenise) })),
  );
  return amountsSql(stored, behaviourTools(tools));
}

/** People, each once, as the column `person`: all who meet a condition, or all who do not. */
export type PeopleOfCondition = { readonly people: ChStatement; readonly meets: boolean };

/**
 * The people who meet a condition, found by what they did and have; or, where it holds for whoever has nothing of the kind, those who do not meet it.
 * Undefined where neither can be told without a list of everyone.
 */
export function peopleOfCondition(condition: PersonCondition, tools: ConditionTools): PeopleOfCondition | undefined {
  const stored = withStoredForms(condition, tools.tokenise);
  for (const meets of [true, false]) {
    const found = candidatesSql(stored, meets, tools);
    if (found?.isWhole === true) return { meets, people: ch`select distinct person from (${found.people})` };
    if (found === undefined) continue;
    const holds = conditionSql(stored, personAmong(ch`person`), tools);
    return { meets, people: ch`select distinct person from (${found.people}) where ${meets ? holds : ch`not ${holds}`}` };
  }
  return undefined;
}

/** Some people, all who meet a condition (or do not) among them; `isWhole`: nobody else is. */
type Candidates = { readonly people: ChStatement; readonly isWhole: boolean };

function candidatesSql(condition: PersonCondition, meets: boolean, tools: ConditionTools): Candidates | undefined {
  if ("not" in condition) return candidatesSql(condition.not, !meets, tools);
  const asOne = consistsOf(condition, isTraitLeaf) || consistsOf(condition, isBehaviourLeaf) || isPersonLeaf(condition);
  if (asOne) return oneLook(condition, meets, tools);
  const parts = "all" in condition ? condition.all : "any" in condition ? condition.any : [];
  const found = parts.map((part) => candidatesSql(part, meets, tools));
  // Who meets all of them meets each; who does not meet any does not meet each.
  if ("all" in condition === meets) {
    const first = found.find((each) => each !== undefined);
    return first === undefined ? undefined : { ...first, isWhole: false };
  }
  const known = found.filter((each) => each !== undefined);
  if (known.length < found.length) return undefined;
  return {
    people: ch.join(
      known.map(({ people }) => people),
      " union all ",
    ),
    isWhole: known.every(({ isWhole }) => isWhole),
  };
}

function isPersonLeaf(condition: PersonCondition): boolean {
  return !("all" in condition || "any" in condition);
}

/** What the look at people that answers a condition finds: those who meet it, or those who do not. */
function oneLook(condition: PersonCondition, meets: boolean, tools: ConditionTools): Candidates | undefined {
  let found: { readonly people: ChStatement; readonly isIn: boolean } | undefined;
  conditionSql(
    condition,
    {
      person: ch`person`,
      isIn: (people, isIn) => {
        found = { people, isIn };
        return ch`1`;
      },
    },
    tools,
  );
  return found?.isIn === meets ? { people: found.people, isWhole: true } : undefined;
}

/** Whoever stands among all people as a leaf says, each once, as the column `person`. */
export function peopleStandingSql(leaf: PopulationLeaf, tools: ConditionTools): ChStatement {
  const stored = withStoredForms<PersonCondition>(leaf, tools.tokenise);
  if (!("population" in stored)) throw new TypeError("a leaf keeps its kind");
  return ch`select person from (${standingPeopleSql(stored, behaviourTools(tools))}) where person != 0`;
}

/** Everyone of whom the event engine knows anything and who meets a condition, each once, as the column `person`. */
export function everyoneMeetingSql(condition: PersonCondition, tools: ConditionTools): ChStatement {
  const stored = withStoredForms(condition, tools.tokenise);
  const behaviour = behaviourTools(tools);
  const parts: readonly Condition[] = "all" in stored ? stored.all : [stored];
  const did: readonly Condition[] = parts.filter((part): boolean => consistsOf(part, isBehaviourLeaf));
  const together: Condition = did.length === 1 && did[0] !== undefined ? did[0] : { all: did };
  // Where somebody has to have done something, only those who did are asked the rest.
  if (did.length === 0 || !consistsOf(together, isBehaviourLeaf) || holdsForNobody(together, behaviour))
    return ch`select person from (${everyoneSql(tools)}) where ${conditionSql(stored, personAmong(ch`person`), tools)}`;
  const people = behaviourPeopleSql(together, behaviour, true);
  const rest = parts.filter((part) => !did.includes(part));
  return rest.length === 0
    ? people
    : ch`select person from (${people}) where ${conditionSql({ all: rest }, personAmong(ch`person`), tools)}`;
}

/** Whoever has events, traits, or an id that was joined with another. Tags and segments are of such people. */
function everyoneSql({ workspaceId }: ConditionTools): ChStatement {
  const workspace = ch`${ch.value("UInt32", workspaceId)}`;
  return ch`select distinct ${personOfOrigin(workspace)} as person from (
    select origin_id from events where workspace_id = ${workspace} and origin_id != 0 group by origin_id
    union all select person_id as origin_id from person_trait final where workspace_id = ${workspace}
    union all select origin_id from person_of_origin_row where workspace_id = ${workspace})`;
}

function selectorSql({ event, where }: EventSelector, tools: ConditionTools): ChStatement {
  const parts = [
    event === null ? DONE_BY_SOMEBODY : namedCondition([event], tools.virtuals),
    ...(where === undefined ? [] : [conditionSql(where, PERSON_OF_EVENT_AMONG, tools)]),
  ];
  return ch`(${ch.join(parts, " and ")})`;
}

function conditionSql(condition: Condition, among: Among, tools: ConditionTools): ChStatement {
  if (consistsOf(condition, isTraitLeaf)) return traitsSql(among, condition, tools);
  if (consistsOf(condition, isBehaviourLeaf)) return behaviourSql(among, condition, behaviourTools(tools));
  if ("all" in condition) return TOGETHER.all(partsSql(condition.all, (all) => ({ all }), { among, tools }));
  if ("any" in condition) return TOGETHER.any(partsSql(condition.any, (any) => ({ any }), { among, tools }));
  if ("not" in condition) return TOGETHER.not(conditionSql(condition.not, among, tools));
  return leafSql(condition, among, tools);
}

/** Parts about nothing but traits are one look at the traits, parts about nothing but what people did one reading of the events. */
function partsSql(
  parts: readonly Condition[],
  join: (parts: readonly Condition[]) => Condition,
  { among, tools }: { readonly among: Among; readonly tools: ConditionTools },
): readonly ChStatement[] {
  const traits: readonly Condition[] = parts.filter((part): boolean => consistsOf(part, isTraitLeaf));
  const behaviour: readonly Condition[] = parts.filter((part): boolean => consistsOf(part, isBehaviourLeaf));
  const others = parts.filter((part) => !traits.includes(part) && !behaviour.includes(part));
  const groups = [traits, behaviour].flatMap((group) => (group.length > 1 ? [join(group)] : group));
  return [...groups, ...others].map((part) => conditionSql(part, among, tools));
}

function leafSql(leaf: Leaf, among: Among, tools: ConditionTools): ChStatement {
  if ("property" in leaf) return jsonTestSql("properties", leaf.property, leaf);
  if ("column" in leaf) return columnTestSql(leaf.column, leaf);
  if ("trait" in leaf) return traitsSql(among, leaf, tools);
  if ("tag" in leaf) return tagSql(among, leaf, tools);
  if ("chance" in leaf) return chanceSql(among, leaf);
  if ("population" in leaf) return populationSql(among, leaf, behaviourTools(tools));
  if ("segment" in leaf) return among.isIn(segmentPeopleSql(leaf.segment, tools.workspaceId), leaf.in);
  return behaviourSql(among, leaf, behaviourTools(tools));
}

function behaviourTools(tools: ConditionTools): BehaviourTools {
  return {
    ...tools,
    select: (selector) => selectorSql(selector, tools),
    named: (names) => namedCondition(names, tools.virtuals),
  };
}
