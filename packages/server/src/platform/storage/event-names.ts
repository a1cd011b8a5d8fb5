import {
  CLICK_EVENT,
  pathExpression,
  POSITION,
  STEP,
  type SELECTOR_MATCHES,
  type VirtualEvent,
  type VirtualMatcher,
} from "@terrace/domain/event/virtual-event";
import { TOLD_EVENTS } from "@terrace/domain/event/segment-events";
import { ch, type ChStatement } from "./clickhouse.ts";

/** The condition that somebody did it: events that only tell of a person are not meant by "any event". */
export const DONE_BY_SOMEBODY = ch`name not in ${ch.value("Array(String)", TOLD_EVENTS)}`;

const SELECTOR = ch`ifNull(properties.selector.:String, '')`;
const TEXT = ch`ifNull(properties.text.:String, '')`;
const ALIKE = ch`replaceRegexpAll(${SELECTOR}, ${ch.value("String", POSITION)}, '')`;

/**
 * The condition that an event goes by one of these names: by its own, or as a click that a virtual event of that name stands for.
 * Everything that reads events by name goes through here, so that a virtual event counts wherever a real one does.
 */
export function namedCondition(names: readonly string[], virtuals: readonly VirtualEvent[]): ChStatement {
  const meant = virtuals.filter(({ name }) => names.includes(name));
  const own = ch`name in ${ch.value("Array(String)", names)}`;
  if (meant.length === 0) return own;
  return ch`(${own} or (${matcherCondition(meant.map(({ matcher }) => matcher))}))`;
}

/** The names an event goes by: its own, then those of the virtual events it counts as. */
export function namesOfEvent(virtuals: readonly VirtualEvent[]): ChStatement {
  if (virtuals.length === 0) return ch`[name::String]`;
  const called = ch.join(
    virtuals.map(({ name, matcher }) => ch`if(${matcherCondition([matcher])}, ${ch.value("String", name)}, '')`),
    ", ",
  );
  return ch`arrayConcat([name::String], arrayFilter(called -> called != '', [${called}]))`;
}

/** The condition that an event is a captured click which one of these matchers takes; the engine's half of `matchesClick`. */
export function matcherCondition(matchers: readonly VirtualMatcher[]): ChStatement {
  return ch`name = ${ch.value("String", CLICK_EVENT)} and (${ch.join(matchers.map(one), " or ")})`;
}

function one({ selector, text, path }: VirtualMatcher): ChStatement {
  const parts = [
    ...(path === undefined
      ? []
      : [
          path.match === "is"
            ? ch`page_path = ${ch.value("String", path.value)}`
            : ch`match(page_path, ${ch.value("String", pathExpression(path.value))})`,
        ]),
    ...(text === undefined
      ? []
      : [
          text.match === "is"
            ? ch`${TEXT} = ${ch.value("String", text.value)}`
            : ch`position(${TEXT}, ${ch.value("String", text.value)}) > 0`,
        ]),
    ...(selector === undefined ? [] : [ch`${selectorAs(selector.match)} = ${ch.value("String", selector.value)}`]),
  ];
  return parts.length === 0 ? ch`1` : ch`(${ch.join(parts, " and ")})`;
}

function selectorAs(match: (typeof SELECTOR_MATCHES)[number]): ChStatement {
  if (match === "is") return SELECTOR;
  return match === "alike" ? ALIKE : ch`arrayElement(splitByString(${ch.value("String", STEP)}, ${ALIKE}), -1)`;
}
