import { expect, test } from "vitest";
import { timeReader } from "./time-format.ts";

const read = timeReader("auto", "Asia/Shanghai");
const isoOf = (text: string): string | undefined => {
  const ms = read(text);
  return ms === undefined ? undefined : new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19);
};

test.each([
  ["2026/1/5 下午3:05", "2026-01-05T15:05:00"],
  ["2026/1/5 上午12:05", "2026-01-05T00:05:00"],
  ["2026-01-05 3:05:09 PM", "2026-01-05T15:05:09"],
  ["2026年1月5日15时05分09秒", "2026-01-05T15:05:09"],
  ["2026年1月5日 星期一 晚上8:05", "2026-01-05T20:05:00"],
  ["2026.1.5", "2026-01-05T00:00:00"],
  ["２０２６／１／５　１５：０５", "2026-01-05T15:05:00"],
  ["20260105 15:05:09", "2026-01-05T15:05:09"],
  ["20260105150509", "2026-01-05T15:05:09"],
  ["46027", "2026-01-05T00:00:00"],
  ["46027.62847222", "2026-01-05T15:05:00"],
  ["1767596700", "2026-01-05T15:05:00"],
  ["2026-01-05T07:05:00Z", "2026-01-05T15:05:00"],
  ["2026-01-05 09:05:00 +0200", "2026-01-05T15:05:00"],
])("%s is read as people and spreadsheets mean it", (text, expected) => {
  expect(isoOf(text)).toBe(expected);
});

test.each([
  "",
  "5/1/2026",
  "1月5日",
  "2026-13-05",
  "2026-02-30",
  "2026-01-0512:30",
  "2026-01-05 上午15:00",
  "2026-01-05 晚上12:00",
  "下午",
  "123",
])("%s is no time, or not surely one", (text) => {
  expect(read(text)).toBeUndefined();
});
