import { foldCondition, type Condition, type TraitLeaf, type Tree } from "@terrace/domain/conditions/condition";
import { askedDays, isDayTest } from "@terrace/domain/conditions/day-test";
import { matchesPerson, type PersonFacts } from "@terrace/domain/conditions/matches-person";
import { ch, type ChStatement } from "../clickhouse.ts";
import type { Among } from "./among.ts";
import { jsonTestSql } from "./json-test-sql.ts";

/** Whether all leaves are of a kind: then one look at where such things stand answers the whole. */
export function consistsOf<L extends object>(condition: Condition, isLeaf: (leaf: object) => leaf is L): condition is Tree<L> & Condition {
  return foldCondition<object, boolean>(condition, {
    all: (parts) => parts.every(Boolean),
    any: (parts) => parts.every(Boolean),
    not: (part) => part,
    leaf: isLeaf,
  });
}

export function isTraitLeaf(leaf: object): leaf is TraitLeaf {
  return "trait" in leaf;
}

/** How conditions that are true or false are put together. */
export const TOGETHER = {
  all: (parts: readonly ChStatement[]): ChStatement => ch`(${ch.join(parts, " and ")})`,
  any: (parts: readonly ChStatement[]): ChStatement => ch`(${ch.join(parts, " or ")})`,
  not: (part: ChStatement): ChStatement => ch`not ${part}`,
} as const;

type TraitTools = { readonly workspaceId: number; readonly nowMs: number; readonly zone: string };

/** The condition that a person has such traits. People without traits have no row, so what holds for them is asked the other way round. */
export function traitsSql(among: Among, condition: Tree<TraitLeaf>, { workspaceId, nowMs, zone }: TraitTools): ChStatement {
  const nothing: PersonFacts = { id: "", tags: new Map(), traits: {}, events: [], segments: new Set() };
  const holdsWithout = matchesPerson(condition, nothing, { nowMs, zone, virtuals: [] });
  const holds = foldCondition<TraitLeaf, ChStatement>(condition, {
    ...TOGETHER,
    leaf: (leaf) => jsonTestSql("traits", leaf.trait, isDayTest(leaf) ? { days: askedDays(leaf, nowMs, zone), zone } : leaf),
  });
  const having = (asked: ChStatement): ChStatement =>
    ch`select person_id as person from person_trait final where workspace_id = ${ch.value("UInt32", workspaceId)} and ${asked}`;
  return holdsWithout ? among.isIn(having(ch`not ${holds}`), false) : among.isIn(having(holds), true);
}
