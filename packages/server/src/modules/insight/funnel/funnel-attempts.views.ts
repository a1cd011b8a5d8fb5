import type { FunnelPlan } from "@terrace/domain/insight/funnel/funnel-plan";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { eventSelectorSql } from "../../../platform/storage/condition-sql.ts";
import type { Reading } from "../sequence/reading.ts";
import type { AnalysisTools } from "../time/asking.ts";
import { fieldText, fieldTextShown, fitsMarks, MARK_BITS, personEvents, personMarks, whole } from "../sequence/person-events.views.ts";

/** Bits of a step and of an exclusion in an event's mask. */
const EXCLUSION_BIT = 16;
/**
 * A code is the time since the beginning of the period (ms) above the event's place in the person's list: codes are in order of both.
 * Where marks can serve they are codes themselves: nobody asks for places there, and their low bits are the mask.
 */
const PLACE_BITS = MARK_BITS;

/**
 * One row for each person (and value of the property held constant) that attempted: `person`, `part`, and `attempts`, in order of their beginning, as tuples
 * (steps reached, code of the first step, code of the second …); a code above the reached steps means nothing.
 *
 * Ordered: an attempt begins with every event of the first step. It takes for each next step the first event after the step before that fits, so one event
 * serves one step of an attempt. Strict: the next event of the person, whatever it is, must fit. Any order: it begins with an event of any step, and
 * takes for each other step the first event from there on that fits; its steps are counted in the order in which they were done.
 * Steps count as long as they are within the window of the attempt's first event, its end included. An attempt in which an exclusion's event lies after step
 * `from` and before step `to` (or the end of the window, when `to` is not reached) does not count at all; one that does not reach `from` is not touched by it.
 *
 * All of this is done on whole arrays: the next event that fits is carried back from the end of the list (`arrayReverseFill`), together with where
 * the attempt goes from there, so the work grows with the number of events and not with events times attempts.
 */
export function funnelAttempts(plan: FunnelPlan, tools: AnalysisTools, reading: Reading): ChStatement {
  const steps = plan.steps.map((selectors) => anyOf(selectors.map((selector) => eventSelectorSql(selector, tools))));
  const exclusions = plan.exclusions.map(({ selector }) => eventSelectorSql(selector, tools));
  const mask = [
    ...steps.map((step, index) => ch`bitShiftLeft(toUInt32(${step}), ${whole(index)})`),
    ...exclusions.map((exclusion, index) => ch`bitShiftLeft(toUInt32(${exclusion}), ${whole(EXCLUSION_BIT + index)})`),
  ].reduce((sum, bit) => ch`${sum} + ${bit}`);
  const asked = {
    tools,
    fromMs: plan.fromMs,
    toMs: plan.toMs + plan.windowMs + 1,
    // Between the steps of a strict funnel lies nothing at all, so everything has to be looked at.
    where: plan.order === "strict" ? ch`1` : anyOf([...steps, ...exclusions]),
  };
  if (canReadMarks(plan)) return attemptsOfMarks(plan, personMarks({ ...asked, mark: mask, needed: 1, reading }));
  const events = personEvents({
    ...asked,
    keep: [ch`toUInt32(${mask})`, ...(plan.breakdown === undefined ? [] : [fieldTextShown(plan.breakdown.by)])],
    needs: plan.order === "any" ? undefined : steps[0],
    partition: plan.hold === undefined ? undefined : fieldText(plan.hold),
  });
  const values = plan.breakdown === undefined ? ch`emptyArrayString()` : ch`sorted.6`;
  return ch`
    with bitNot(toUInt64(0)) as never,
      arrayMap((at, place) -> bitShiftLeft(toUInt64(at - ${ch.value("Int64", plan.fromMs)}), ${whole(PLACE_BITS)}) + place, sorted.1, arrayEnumerate(sorted.1)) as codes,
      sorted.5 as masks, ${chains(plan)}
    select person, part, 0 as tied, ${values} as values, arrayFilter(attempt -> attempt.1 > 0, arrayMap(way -> ${judged(plan)}, ways)) as attempts
    from (${events}) where notEmpty(attempts)`;
}

/** Whether marks can serve, in either reading: they know of times and steps, and tell ties only where the same people attempt in either order. */
export function canReadMarks({ order, exclusions, breakdown, hold, fromMs, toMs, windowMs }: FunnelPlan): boolean {
  const isPlain = order === "ordered" && exclusions.length === 0 && breakdown === undefined && hold === undefined;
  return isPlain && fitsMarks(fromMs, toMs + windowMs + 1);
}

function attemptsOfMarks(plan: FunnelPlan, people: ChStatement): ChStatement {
  return ch`
    with bitNot(toUInt64(0)) as never, marks as codes, marks as masks, ${chains(plan)}
    select person, '' as part, tied, emptyArrayString() as values, arrayMap(way -> ${judged(plan)}, ways) as attempts
    from (${people}) where notEmpty(ways)`;
}

/** What the attempt that an event begins goes through, for each event that begins one: `ways`, tuples of the codes of the steps and then of the exclusions. */
function chains(plan: FunnelPlan): ChStatement {
  const steps = plan.steps.length;
  const begins = plan.order === "any" ? ch`bitAnd(mask, ${whole(2 ** steps - 1)}) != 0` : ch`bitAnd(mask, 1) != 0`;
  const last = ch`bitShiftLeft(toUInt64(${ch.value("Int64", plan.toMs - plan.fromMs)}), ${whole(PLACE_BITS)})`;
  const { definitions, parts } = { ordered: orderedParts, strict: strictParts, any: anyParts }[plan.order](plan);
  return ch`${ch.join([...definitions, ch`arrayFilter((way, mask) -> ${begins} and way.1 < ${last}, arrayZip(${ch.join(parts, ", ")}), masks) as ways`], ", ")}`;
}

type Parts = { readonly definitions: readonly ChStatement[]; readonly parts: readonly ChStatement[] };

/** From the last step to the first: where an event that serves a step goes from there. */
function orderedParts(plan: FunnelPlan): Parts {
  const definitions = plan.exclusions.map((_, index) => ch`${nextOf(EXCLUSION_BIT + index)} as ${named("barred", index)}`);
  // What is known of an attempt from step `k` on: the codes of steps k, k + 1 …, then of the exclusions that begin at one of them.
  let codes: readonly ChStatement[] = [];
  let bars: readonly { readonly index: number; readonly of: ChStatement }[] = [];
  for (let step = plan.steps.length - 1; step >= 0; step -= 1) {
    const own = plan.exclusions.flatMap(({ from }, index) => (from === step ? [{ index, of: named("barred", index) }] : []));
    codes = [ch`codes`, ...codes];
    bars = [...own, ...bars];
    if (step === 0) break;
    const parts = [...codes, ...bars.map(({ of }) => of)];
    const link = named("link", step);
    definitions.push(
      ch`arrayPopFront(arrayReverseFill((way, fits) -> fits, arrayPushBack(arrayZip(${ch.join(parts, ", ")}), tuple(${ch.join(
        parts.map(() => ch`never`),
        ", ",
      )})), arrayPushBack(arrayMap(mask -> bitTest(mask, ${whole(step)}), masks), 1))) as ${link}`,
    );
    const count = codes.length;
    codes = codes.map((_, index) => ch`${link}.${whole(index + 1)}`);
    bars = bars.map(({ index }, place) => ({ index, of: ch`${link}.${whole(count + place + 1)}` }));
  }
  return { definitions, parts: [...codes, ...bars.toSorted((a, b) => a.index - b.index).map(({ of }) => of)] };
}

/** The events right after each other. */
function strictParts(plan: FunnelPlan): Parts {
  const definitions = plan.exclusions.map((_, index) => ch`${nextOf(EXCLUSION_BIT + index)} as ${named("barred", index)}`);
  const codes = plan.steps.map(
    (_, step) => ch`${later(ch`arrayMap((code, mask) -> if(bitTest(mask, ${whole(step)}), code, never), codes, masks)`, step)}`,
  );
  return { definitions, parts: [...codes, ...plan.exclusions.map(({ from }, index) => later(named("barred", index), from))] };
}

/** The first event of each step from an event on, that one included, in order of time. */
function anyParts(plan: FunnelPlan): Parts {
  const definitions = [
    ...plan.exclusions.map((_, index) => ch`${nextOf(EXCLUSION_BIT + index)} as ${named("barred", index)}`),
    ch`arrayMap(firsts -> arraySort([${ch.join(
      plan.steps.map((_, step) => ch`firsts.${whole(step + 1)}`),
      ", ",
    )}]), arrayZip(${ch.join(
      plan.steps.map((_, step) => ch`arrayPopBack(${carried(step)})`),
      ", ",
    )})) as done`,
  ];
  return {
    definitions,
    parts: [
      ...plan.steps.map((_, step) => ch`arrayMap(codes_done -> codes_done[${whole(step + 1)}], done)`),
      ...plan.exclusions.map((_, index) => named("barred", index)),
    ],
  };
}

/** For each event the code of the first event from it on that has a bit, and `never` behind the end. */
function carried(bit: number): ChStatement {
  return ch`arrayReverseFill((code, fits) -> fits, arrayPushBack(codes, never), arrayPushBack(arrayMap(mask -> bitTest(mask, ${whole(bit)}), masks), 1))`;
}

/** For each event the code of the first event after it that has a bit. */
function nextOf(bit: number): ChStatement {
  return ch`arrayPopFront(${carried(bit)})`;
}

/** Each element is the one that stands some places after it. */
function later(array: ChStatement, places: number): ChStatement {
  return places === 0 ? array : ch`arrayResize(arraySlice(${array}, ${whole(places + 1)}), length(codes), never)`;
}

/** The steps that a way reaches (0 when an exclusion discards it), and its codes. */
function judged(plan: FunnelPlan): ChStatement {
  const steps = plan.steps.length;
  const inWindow = (part: number): ChStatement =>
    ch`bitShiftRight(way.${whole(part)}, ${whole(PLACE_BITS)}) <= bitShiftRight(way.1, ${whole(PLACE_BITS)}) + ${ch.value("UInt64", plan.windowMs)}`;
  let level = ch`1`;
  for (let step = steps - 1; step >= 1; step -= 1)
    level = step === steps - 1 ? ch`toUInt8(${inWindow(step + 1)})` : ch`if(${inWindow(step + 1)}, 1 + ${level}, 0)`;
  level = steps === 1 ? ch`1` : ch`1 + ${level}`;
  const bars = plan.exclusions.map(({ from, to }, index) => {
    const bar = whole(steps + index + 1);
    return ch`(reached > ${whole(from)} and ${inWindow(steps + index + 1)} and (reached <= ${whole(to)} or way.${bar} < way.${whole(to + 1)}))`;
  });
  const codes = ch.join(
    plan.steps.map((_, step) => ch`way.${whole(step + 1)}`),
    ", ",
  );
  if (bars.length === 0) return ch`(${level}, ${codes})`;
  return ch`arrayMap(reached -> (if(${ch.join(bars, " or ")}, 0, reached), ${codes}), [${level}])[1]`;
}

function anyOf(conditions: readonly ChStatement[]): ChStatement {
  return ch`(${ch.join(conditions, " or ")})`;
}

function named(name: "barred" | "link", index: number): ChStatement {
  return ch`${{ text: name, params: {} }}_${whole(index)}`;
}

/** The time of a code, Unix ms. */
export function timeOfCode(code: ChStatement, plan: FunnelPlan): ChStatement {
  return ch`(toInt64(bitShiftRight(${code}, ${whole(PLACE_BITS)})) + ${ch.value("Int64", plan.fromMs)})`;
}

/** Where in the person's list the event of a code stands, from 1. */
export function placeOfCode(code: ChStatement): ChStatement {
  return ch`bitAnd(${code}, ${whole(2 ** PLACE_BITS - 1)})`;
}
