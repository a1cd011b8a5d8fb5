import { expect, test } from "vitest";
import { repoFiles } from "./source-files.ts";

/** Where a lock for all of the database gets its number: a constant of the code, or a number in a migration. */
const NUMBERS = /_LOCK = ([\d_]+);|pg_(?:try_)?advisory_(?:xact_)?lock\((\d+)\)/g;

test("no two things use the same lock of the database: they would wait for each other, in a circle at worst", () => {
  const numbers = repoFiles("packages/server")
    .filter(({ path }) => /\.(ts|sql)$/.test(path) && !path.includes(".itest."))
    .flatMap(({ text }) => [...text.matchAll(NUMBERS)].map(([, named, written]) => Number((named ?? written ?? "").replaceAll("_", ""))));
  expect(numbers.length).toBeGreaterThan(5);
  expect(numbers.filter((number, at) => numbers.indexOf(number) !== at)).toEqual([]);
});
