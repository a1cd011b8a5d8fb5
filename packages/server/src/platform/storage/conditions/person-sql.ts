import {
  foldCondition,
  type Condition,
  type Count,
  type DidLeaf,
  type EventCondition,
  type EventSelector,
  type PersonCondition,
  type Test,
  type TraitLeaf,
} from "@terrace/domain/conditions/condition";
import { countHolds, countOf, matchesPerson } from "@terrace/domain/conditions/matches-person";
import { spanOf } from "@terrace/domain/conditions/within";
import { ch, type ChStatement } from "../clickhouse.ts";
import { PERSON_OF_EVENT } from "../person-of-event.ts";
import type { Among } from "./among.ts";
import { jsonTestSql } from "./json-test-sql.ts";

/** What the condition on a person needs to know besides itself. */
export type PersonTools = {
  readonly workspaceId: number;
  readonly nowMs: number;
  readonly zone: string;
  readonly select: (selector: EventSelector<EventCondition>) => ChStatement;
};

/** Whether all leaves are about traits: then one look at the traits answers the whole. */
export function asksTraitsOnly(condition: Condition): condition is TraitCondition {
  return foldCondition<object, boolean>(condition, {
    all: (parts) => parts.every(Boolean),
    any: (parts) => parts.every(Boolean),
    not: (part) => part,
    leaf: (leaf) => "trait" in leaf,
  });
}

export type TraitCondition = Extract<PersonCondition, TraitLeaf> | PersonCondition;

/** The condition that a person has such traits. People without traits have no row, so what holds for them is asked the other way round. */
export function traitsSql(among: Among, condition: TraitCondition, workspaceId: number): ChStatement {
  const holdsWithout = matchesPerson(condition, { traits: {}, events: [], segments: new Set() }, { nowMs: 0, zone: "UTC", virtuals: [] });
  const holds = foldCondition<TraitLeaf, ChStatement>(condition as Parameters<typeof foldCondition<TraitLeaf, ChStatement>>[0], {
    all: (parts) => ch`(${ch.join(parts, " and ")})`,
    any: (parts) => ch`(${ch.join(parts, " or ")})`,
    not: (part) => ch`not ${part}`,
    leaf: (leaf) => jsonTestSql("traits", leaf.trait, leaf satisfies Test),
  });
  const having = (asked: ChStatement): ChStatement =>
    ch`select person_id as person from person_trait final where workspace_id = ${ch.value("UInt32", workspaceId)} and ${asked}`;
  return holdsWithout ? among(having(ch`not ${holds}`), false) : among(having(holds), true);
}

/** The condition that a person did something; who did nothing of the kind has no row, so a count that nought fulfils is asked the other way round. */
export function didSql(among: Among, leaf: DidLeaf, tools: PersonTools): ChStatement {
  const count = countOf(leaf);
  const holdsWithout = countHolds(count, 0);
  const asked = holdsWithout ? ch`not ${countSql(count)}` : countSql(count);
  const people = ch`select person from (select ${PERSON_OF_EVENT} as person, times from (
      select workspace_id, origin_id, count() as times from events where ${ch.join(didConditions(leaf, tools), " and ")} group by workspace_id, origin_id))
    group by person having ${asked}`;
  return among(people, !holdsWithout);
}

function didConditions({ did, within }: DidLeaf, { workspaceId, nowMs, zone, select }: PersonTools): readonly ChStatement[] {
  const span = within === undefined ? undefined : spanOf(within, nowMs, zone);
  return [
    ch`workspace_id = ${ch.value("UInt32", workspaceId)}`,
    // Events of nobody.
    ch`origin_id != 0`,
    ...(span === undefined
      ? []
      : [
          ch`time >= fromUnixTimestamp64Milli(${ch.value("Int64", span.fromMs)}) and time < fromUnixTimestamp64Milli(${ch.value("Int64", span.toMs)})`,
        ]),
    select(did),
  ];
}

const COUNT_SQL: { readonly [Op in Count["op"]]: ChStatement } = {
  eq: ch`=`,
  gt: ch`>`,
  gte: ch`>=`,
  lt: ch`<`,
  lte: ch`<=`,
};

function countSql({ op, value }: Count): ChStatement {
  return ch`(sum(times) ${COUNT_SQL[op]} ${ch.value("UInt64", value)})`;
}
