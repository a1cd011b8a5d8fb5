import type { EventCondition, EventSelector, PersonCondition, Within } from "../conditions/condition.ts";
import { readPersonCondition } from "../conditions/read-condition.ts";
import type { BusinessEvents } from "../insight/metrics/business-events.ts";

/** More names than this are asked for as any event: each costs a counter for each window. */
const NAMES_MAX = 3;

/** What a condition on people can ask of events. */
export type Selector = EventSelector<EventCondition>;
/** What events mean in the workspace, as conditions ask it. */
export type Roles = Readonly<Record<"use" | "login" | "order" | "comment" | "activation", readonly Selector[]>>;

/** Of what events mean, what a condition on people can ask: one that also says whose event it is, is asked for by its name. */
export function mapRoles(business: BusinessEvents): Roles {
  const askable = (selector: EventSelector): Selector => {
    const read = readPersonCondition({ did: selector }, "");
    return read.ok && "did" in read.value ? read.value.did : { event: selector.event };
  };
  return {
    use: business.use.map(askable),
    login: business.login.map(askable),
    order: business.order.map(askable),
    comment: business.comment.map(askable),
    activation: business.activation.map(askable),
  };
}

/** Each of some events once; so many that it is any event where there are more. */
export function orAny(selectors: readonly Selector[]): readonly Selector[] {
  const distinct = [...new Map(selectors.map((each) => [JSON.stringify(each), each])).values()];
  return distinct.length > NAMES_MAX ? [{ event: null }] : distinct;
}

/** Whoever did one of them. */
export function did(selectors: readonly Selector[], within?: Within): PersonCondition {
  return anyOf(selectors.map((each) => ({ did: each, ...(within === undefined ? {} : { within }) })));
}

/** Whoever did none of them. */
export function didNot(selectors: readonly Selector[], within: Within): PersonCondition {
  return allOf(selectors.map((each) => ({ did: each, count: { op: "eq", value: 0 }, within })));
}

/** So often one of them: of several names, one of them so often. */
export function atLeast(selectors: readonly Selector[], value: number, within: Within): PersonCondition {
  return anyOf(selectors.map((each) => ({ did: each, count: { op: "gte", value }, within })));
}

/** One of several conditions. */
export function anyOf(parts: readonly PersonCondition[]): PersonCondition {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { any: parts };
}

/** All of several conditions. */
export function allOf(parts: readonly PersonCondition[]): PersonCondition {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { all: parts };
}
