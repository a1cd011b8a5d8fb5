import fc from "fast-check";
import { expect, test } from "vitest";
import { mask } from "./mask.ts";

test.each([
  ["phone", "13812342046", "138****2046"],
  ["phone", "+14155550100", "+14****0100"],
  ["phone", "021628345", "****45"],
  ["phone", "62345", "****45"],
  ["phone", "110", "****"],
  ["email", "ana@x.com", "a***@x.com"],
  ["email", "a@x.com", "***@x.com"],
  ["email", "nonsense", "***"],
  ["name", "李雷", "李**"],
  ["name", "𠮷野", "𠮷**"],
  ["name", "李", "**"],
  ["name", "", ""],
  ["id_card", "110101199003071234", "1101**********1234"],
  ["id_card", "E12345678", "E*******8"],
  ["id_card", "12", "***"],
  ["address", "上海市徐汇区虹桥路1号", "上海市***"],
  ["address", "杭州西湖路1号", "杭州***"],
  ["address", "浙江省杭州市西湖区文三路100号", "浙江省***"],
  ["address", "徐汇", "***"],
  ["address", "221B Baker Street, London", "***"],
  ["address", "Flat 3, 10 Downing Street, London", "Flat***"],
  ["address", "西湖１２３号１单元１室", "西湖***"],
  ["address", "", ""],
  ["ip", "203.0.113.77", "203.0.113.*"],
  ["ip", "2001:db8:1:2::7", "2001:db8:1:*"],
  ["marked", "whatever", "***"],
] as const)("%s %s is shown as %s", (personalClass, value, shown) => expect(mask(personalClass, value)).toBe(shown));

test("an address shows at most a third of its characters and no digit", () => {
  const address = fc.string({
    unit: fc.constantFrom("浙", "省", "市", "区", "𠮷", "路", "a", " ", "1", "９", "号", "\n"),
    minLength: 1,
    maxLength: 40,
  });
  fc.assert(
    fc.property(address, (value) => {
      const shown = mask("address", value).replace(/\*{3}$/u, "");
      expect(value.startsWith(shown)).toBe(true);
      expect(shown).not.toMatch(/\p{N}/u);
      expect(Array.from(shown).length * 3).toBeLessThanOrEqual(Array.from(value).length);
    }),
  );
});
