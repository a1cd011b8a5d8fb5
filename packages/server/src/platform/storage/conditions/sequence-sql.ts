import type { EventCondition, EventSelector, SequenceLeaf } from "@terrace/domain/conditions/condition";
import { limitOf } from "@terrace/domain/conditions/sequence";
import { ch, type ChStatement } from "../clickhouse.ts";
import { aggregate, type Asked, type NameColumn } from "./measure-sql.ts";

/** No step was done yet: before all times there can be. */
const NOT_BEGUN: ChStatement = { text: "toInt64(-9000000000000000)", params: {} };
/**
 * A mark is an instant (Unix ms) and, in its lowest bits, what happened then. They put later steps before earlier ones, so that no step follows another of the
 * same instant; and what breaks after the last step and before the first, so that it breaks neither a way that ends then nor one that begins.
 */
const PLACES = 8;
const FIRST = PLACES - 1;
const BREAK = FIRST - 1;

type Counting = {
  readonly counted: (selector: EventSelector<EventCondition>) => ChStatement;
  /** Whether no event is two of the things that are looked for: then each has one mark, and all are in one list. */
  readonly areApart: boolean;
};

/** The engine's half of `isDoneInOrder`: the marks of each person, walked through in order. */
export function sequenceAsked({ sequence }: SequenceLeaf, { counted, areApart }: Counting, name: NameColumn): Asked {
  const { steps, without } = sequence;
  const marks = [
    ...steps.map((selector, step) => ({ is: counted(selector), place: placeOf(step) })),
    ...(without === undefined ? [] : [{ is: counted(without), place: BREAK }]),
  ];
  const columns = (areApart ? [marks] : marks.map((mark) => [mark])).map((each, index) => ch`${listOf(each)} as ${name(index)}`);
  const lists = columns.map((_, index) => ch`groupArrayArray(${name(index)})`);
  const sorted = ch`arraySort(${areApart ? ch.join(lists, ", ") : ch`arrayConcat(${ch.join(lists, ", ")})`})`;
  const limitMs = limitOf(sequence);
  return { columns, holds: steps.length === 2 ? followed(sorted, limitMs) : walked(sorted, steps.length, limitMs) };
}

type Mark = { readonly is: ChStatement; readonly place: number };

function listOf(marks: readonly Mark[]): ChStatement {
  const isAny = ch.join(
    marks.map(({ is }) => is),
    " or ",
  );
  const places = marks.flatMap(({ is, place }, index) => (index === marks.length - 1 ? [raw(place)] : [is, raw(place)]));
  const place = places.length === 1 ? ch.join(places, ", ") : ch`multiIf(${ch.join(places, ", ")})`;
  return aggregate("groupArray", ch`toUnixTimestamp64Milli(time) * ${raw(PLACES)} + ${place}`, ch`(${isAny})`);
}

function placeOf(step: number): number {
  return step === 0 ? FIRST : BREAK - step;
}

function placeIn(mark: ChStatement): ChStatement {
  return ch`bitAnd(${mark}, ${raw(PLACES - 1)})`;
}

function timeIn(mark: ChStatement): ChStatement {
  return ch`bitShiftRight(${mark}, 3)`;
}

/** Of two steps, some first one has a second one right after it: between the nearest two nothing else can lie. */
function followed(marks: ChStatement, limitMs: number): ChStatement {
  const inTime = Number.isFinite(limitMs) ? ch` and ${timeIn(ch`next`)} - ${timeIn(ch`mark`)} <= ${ch.value("Int64", limitMs)}` : ch``;
  const isPair = ch`${placeIn(ch`mark`)} = ${raw(placeOf(0))} and ${placeIn(ch`next`)} = ${raw(placeOf(1))}${inTime}`;
  return ch`arrayExists((mark, next) -> ${isPair}, arrayPopBack(${marks}), arrayPopFront(${marks}))`;
}

/** When the way to each step but the last began, the one that began last; and whether the last step was done in time. */
function walked(marks: ChStatement, count: number, limitMs: number): ChStatement {
  const [place, time] = [placeIn(ch`mark`), timeIn(ch`mark`)];
  const began = (step: number): ChStatement => ch`tupleElement(way, ${raw(step + 1)})`;
  const isAt = (step: number): ChStatement => ch`${place} = ${raw(placeOf(step))}`;
  const kept = (step: number): ChStatement => ch`if(${place} = ${raw(BREAK)}, ${NOT_BEGUN}, ${began(step)})`;
  const starts = Array.from({ length: count - 1 }, (_, step) =>
    step === 0
      ? ch`if(${isAt(0)}, ${time}, ${kept(0)})`
      : ch`if(${isAt(step)} and ${began(step - 1)} > ${NOT_BEGUN}, ${began(step - 1)}, ${kept(step)})`,
  );
  const inTime = Number.isFinite(limitMs) ? ch` and ${time} - ${began(count - 2)} <= ${ch.value("Int64", limitMs)}` : ch``;
  const done = ch`toUInt8(${began(count - 1)} or (${isAt(count - 1)} and ${began(count - 2)} > ${NOT_BEGUN}${inTime}))`;
  const none = ch.join([...starts.map(() => NOT_BEGUN), ch`toUInt8(0)`], ", ");
  return ch`tupleElement(arrayFold((way, mark) -> tuple(${ch.join([...starts, done], ", ")}), ${marks}, tuple(${none})), ${raw(count)})`;
}

function raw(number: number): ChStatement {
  return { text: String(number), params: {} };
}
