import { describe, expect, test } from "vitest";
import { bindSince, isReadingQuery } from "./query-text.ts";

describe("the value of :since is handed to the driver", () => {
  test.each([
    ["select * from o where at > :since order by at", "select * from o where at > $1 order by at", 1],
    ["select at::date, ':since', \":since\" from o -- :since", "select at::date, ':since', \":since\" from o -- :since", 0],
    ["select 1 where a > :since::timestamptz or b > :since", "select 1 where a > $1::timestamptz or b > $1", 1],
    ["select $x$ :since $x$, 'it''s :since' where :sinceless = 1", "select $x$ :since $x$, 'it''s :since' where :sinceless = 1", 0],
  ])("of PostgreSQL: %s", (query, text, sinceCount) => {
    expect(bindSince(query, "postgres")).toEqual({ text, sinceCount });
  });

  test.each([
    ["select * from o where a > :since or b > :since", "select * from o where a > ? or b > ?", 2],
    ["select 'it\\'s :since', `:since` from o # :since", "select 'it\\'s :since', `:since` from o # :since", 0],
  ])("of MySQL: %s", (query, text, sinceCount) => {
    expect(bindSince(query, "mysql")).toEqual({ text, sinceCount });
  });
});

test.each([
  ["select 1", true],
  ["  -- of the shop\n(SELECT 1) union select 2", true],
  ["with new as (select 1) select * from new", true],
  ["select 'into outfile' as hint", true],
  ["copy (select 1) to program 'sh'", false],
  ["load data local infile '/etc/passwd' into table t", false],
  ["/*! delete from t */", false],
  ["select 1 into  outfile '/tmp/x'", false],
  ["selection", false],
])("%s is a query that only reads: %s", (query, reads) => {
  expect(isReadingQuery(query, "mysql")).toBe(reads);
});
