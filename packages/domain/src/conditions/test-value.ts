import type { Json } from "../json.ts";
import type { Scalar, Test } from "./condition.ts";
import { foldAscii, numberOf, scalarsOf, searchedText } from "./value-at.ts";

/** Whether values stand the test; lists stand it when one of their elements does. The server's storage has the same rules in SQL. */
export function passesTest(test: Test, values: readonly Json[]): boolean {
  if ("isSet" in test) return values.length > 0 === test.isSet;
  if ("isNot" in test) return !passesTest({ is: test.isNot }, values);
  if ("containsNot" in test) return !passesTest({ contains: test.containsNot }, values);
  const passes = scalarTest(test);
  return values.some((value) => scalarsOf(value).some(passes));
}

type Positive = Exclude<Test, { readonly isSet: boolean } | { readonly isNot: readonly Scalar[] } | { readonly containsNot: string }>;

function scalarTest(test: Positive): (value: Scalar) => boolean {
  if ("is" in test) return isOneOf(test.is);
  if ("contains" in test) return searched(test.contains, (text, asked) => text.includes(asked));
  if ("startsWith" in test) return searched(test.startsWith, (text, asked) => text.startsWith(asked));
  if ("endsWith" in test) return searched(test.endsWith, (text, asked) => text.endsWith(asked));
  const inRange = numberTest(test);
  return (value) => {
    const number = numberOf(value);
    return number !== undefined && inRange(number);
  };
}

function isOneOf(asked: readonly Scalar[]): (value: Scalar) => boolean {
  const texts = new Set(asked.map(String));
  const numbers = new Set(asked.filter((each) => typeof each === "number"));
  return (value) => {
    if (texts.has(String(value))) return true;
    const number = numbers.size === 0 ? undefined : numberOf(value);
    return number !== undefined && numbers.has(number);
  };
}

function searched(asked: string, compare: (text: string, asked: string) => boolean): (value: Scalar) => boolean {
  const folded = foldAscii(asked);
  return (value) => {
    const text = searchedText(value);
    return text !== undefined && compare(text, folded);
  };
}

/** A comparison of numbers as a rule. */
export function numberTest(
  test: Extract<Positive, { readonly gt: number } | { gte: number } | { lt: number } | { lte: number } | { between: readonly number[] }>,
): (number: number) => boolean {
  if ("gt" in test) return (number) => number > test.gt;
  if ("gte" in test) return (number) => number >= test.gte;
  if ("lt" in test) return (number) => number < test.lt;
  if ("lte" in test) return (number) => number <= test.lte;
  return (number) => number >= test.between[0] && number <= test.between[1];
}
