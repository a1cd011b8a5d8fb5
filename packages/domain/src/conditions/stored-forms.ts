import type { PersonalClass } from "../event/feed-event.ts";
import { createDetector, type PersonalScope } from "../personal/detect.ts";
import { isPersonalToken } from "../event-schema/property-types.ts";
import { mapLeaves, mapSelectors, type Condition, type EventCondition, type EventSelector, type Leaf, type Scalar } from "./condition.ts";
import { pathOf } from "./value-at.ts";

/** Token of a personal value within the workspace. */
export type Tokenise = (personalClass: PersonalClass, value: string) => string;

/**
 * The same condition with the values of `is` and `isNot` in every form under which they may be stored: as they are, as the edge
 * stores them in this property or trait, and as it stores them once an operator marked it personal. Asked before either evaluator.
 */
export function withStoredForms<C extends Condition>(condition: C, tokenise: Tokenise): C {
  // Leaves keep their kind, so the tree stays of the kind it was.
  return mapLeaves<Leaf, Leaf>(condition, (leaf) => storedLeaf(leaf, tokenise)) as C;
}

function storedLeaf(leaf: Leaf, tokenise: Tokenise): Leaf {
  const stored = ({ event, where }: EventSelector<EventCondition>): EventSelector<EventCondition> => ({
    event,
    ...(where === undefined ? {} : { where: withStoredForms(where, tokenise) }),
  });
  if ("did" in leaf || "sequence" in leaf) return mapSelectors(leaf, stored);
  if ("population" in leaf)
    return "did" in leaf.population ? { ...leaf, population: { ...leaf.population, did: stored(leaf.population.did) } } : leaf;
  if (!("property" in leaf || "trait" in leaf)) return leaf;
  const path = "property" in leaf ? leaf.property : leaf.trait;
  const forms = (asked: readonly Scalar[]): readonly Scalar[] => [
    ...new Set(asked.flatMap((value) => formsOf(value, pathOf(path), "trait" in leaf, tokenise))),
  ];
  if ("is" in leaf) return { ...leaf, is: forms(leaf.is) };
  return "isNot" in leaf ? { ...leaf, isNot: forms(leaf.isNot) } : leaf;
}

function formsOf(value: Scalar, path: readonly string[], isTrait: boolean, tokenise: Tokenise): readonly Scalar[] {
  if (typeof value === "boolean" || value === "" || (typeof value === "string" && isPersonalToken(value))) return [value];
  const detector = createDetector({ traits: isTrait, isMarked: () => false }, tokenise);
  let scope: PersonalScope = "none";
  for (const [index, key] of path.entries()) scope = detector.scopeOf(key, scope, index === 0);
  const stored = typeof value === "string" ? detector.text(value, scope) : detector.number(value, scope, path.at(-1) ?? "");
  return [value, stored, tokenise("marked", String(value))];
}
