import { expect, test } from "vitest";
import { mask } from "./mask.ts";

test.each([
  ["phone", "13812342046", "138****2046"],
  ["phone", "+14155550100", "+14****0100"],
  ["phone", "62345", "****45"],
  ["email", "ana@x.com", "a***@x.com"],
  ["email", "nonsense", "***"],
  ["name", "李雷", "李**"],
  ["name", "𠮷野", "𠮷**"],
  ["name", "", ""],
  ["id_card", "110101199003071234", "1101**********1234"],
  ["address", "上海市徐汇区虹桥路1号", "上海市徐汇区***"],
  ["address", "徐汇", "徐***"],
  ["ip", "203.0.113.77", "203.0.113.*"],
  ["ip", "2001:db8:1:2::7", "2001:db8:1:*"],
  ["marked", "whatever", "***"],
] as const)("%s %s is shown as %s", (personalClass, value, shown) => expect(mask(personalClass, value)).toBe(shown));
