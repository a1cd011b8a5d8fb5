import { expect, test } from "vitest";
import { z } from "zod";
import { FaultError } from "./fault-error.ts";
import { parseInput } from "./input-fault.ts";

const schema = z.strictObject({
  name: z.string().min(1).max(3),
  count: z.int().min(1).max(9),
  kinds: z.array(z.enum(["a", "b"])).min(1),
  at: z.discriminatedUnion("kind", [z.object({ kind: z.literal("day") }), z.object({ kind: z.literal("week") })]).optional(),
  mail: z.email().optional(),
  measure: z
    .union([z.object({ kind: z.enum(["events", "people"]) }), z.object({ kind: z.literal("sum"), property: z.string() })])
    .optional(),
});
const good = { name: "abc", count: 1, kinds: ["a"] };

test.each([
  [{ ...good, name: undefined }, "name", "Give this field; it is a text"],
  [{ ...good, name: 7 }, "name", "Give a text, not a number"],
  [{ ...good, name: null }, "name", "Give a text, not null"],
  [{ ...good, name: "abcd" }, "name", "Give a text of at most 3 characters"],
  [{ ...good, name: "" }, "name", "Give a text of at least 1 character"],
  [{ ...good, count: 1.5 }, "count", "Give a whole number"],
  [{ ...good, count: "1" }, "count", "Give a number, not a text"],
  [{ ...good, count: 0 }, "count", "Give a number of at least 1"],
  [{ ...good, kinds: "a" }, "kinds", "Give a list, not a text"],
  [{ ...good, kinds: [] }, "kinds", "Give a list of at least 1 item"],
  [{ ...good, kinds: ["a", "c"] }, "kinds.1", 'Give one of "a", "b"'],
  [{ ...good, at: { kind: "year" } }, "at.kind", 'Give one of "day", "week"'],
  [{ ...good, measure: { kind: "count" } }, "measure.kind", 'Give one of "events", "people", "sum"'],
  [{ ...good, measure: { kind: "sum" } }, "measure.property", "Give this field; it is a text"],
  [{ ...good, mail: "nobody" }, "mail", "Give an e-mail address"],
  [{ ...good, size: 1 }, "body", 'Leave out "size"; there is no such field here'],
])("%j is told by field and mend", (input, field, mend) => {
  expect(faultOf(input)).toMatchObject({ code: "request.invalid", field, mend });
});

test("further fields that are wrong are named", () => {
  expect(faultOf({ name: 1, count: 0, kinds: [] })).toMatchObject({ field: "name", details: { problems: 3, also: "count, kinds" } });
});

function faultOf(input: unknown): unknown {
  try {
    return parseInput(schema, input, "body");
  } catch (error) {
    if (error instanceof FaultError) return error.fault;
    throw error;
  }
}
