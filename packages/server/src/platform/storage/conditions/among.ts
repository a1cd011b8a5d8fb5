import { ch, type ChStatement } from "../clickhouse.ts";
import { PERSON_OF_EVENT } from "../person-of-event.ts";

/** Someone a condition is about. */
export type Among = {
  /** Their id; 0 is nobody. */
  readonly person: ChStatement;
  /** The condition that they are (or are not) among some people, whose ids `people` gives as the column `person`; true or false, never null. */
  readonly isIn: (people: ChStatement, isIn: boolean) => ChStatement;
};

/** Someone whose id an expression gives. */
export function personAmong(person: ChStatement): Among {
  return { person, isIn: (people, isIn) => (isIn ? ch`(${person} global in (${people}))` : ch`(${person} global not in (${people}))`) };
}

/** Whoever a row of `events` belongs to. Several such conditions on a row look the person up once. */
export const PERSON_OF_EVENT_AMONG = personAmong(PERSON_OF_EVENT);
