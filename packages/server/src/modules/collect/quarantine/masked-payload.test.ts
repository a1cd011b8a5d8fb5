import { DEFAULT_FIELD_VIEW } from "@terrace/domain/access/field-view";
import { describe, expect, test } from "vitest";
import { maskPayload } from "./masked-payload.ts";

const unmarked = (): boolean => false;

describe("a payload on screen", () => {
  test("personal values are masked wherever they stand, the rest is as it came", () => {
    const shown = maskPayload(
      JSON.stringify({
        event: "Paid",
        userId: "u1",
        properties: { phone: "13812345678", note: "call 13812345678", amount: 12, card: "11010519491231002X" },
        context: { traits: { name: "王小明", email: "wang@example.com" } },
      }),
      unmarked,
      DEFAULT_FIELD_VIEW,
    );
    for (const secret of ["13812345678", "11010519491231002X", "王小明", "wang@example.com"]) expect(shown).not.toContain(secret);
    expect(shown).toContain("138****5678");
    expect(JSON.parse(shown)).toMatchObject({ event: "Paid", userId: "u1", properties: { amount: 12 } });
  });

  test("marked properties and secrets are hidden, ids of a personal kind masked whatever they look like", () => {
    const shown = maskPayload(
      JSON.stringify({
        properties: { room: "1204" },
        ids: [{ kind: "phone", value: "+447911123456" }],
        secrets: { "~phone.x": { class: "phone", value: "+447911123456" } },
      }),
      (key) => key === "room",
      DEFAULT_FIELD_VIEW,
    );
    for (const secret of ["1204", "7911123456"]) expect(shown).not.toContain(secret);
  });

  test("text that was cut is masked as text", () => {
    expect(maskPayload('{"phone":"13812345678","x', unmarked, DEFAULT_FIELD_VIEW)).toBe('{"phone":"138****5678","x');
  });

  test("deep nesting is cut, not a crash", () => {
    expect(maskPayload(`${"[".repeat(5_000)}${"]".repeat(5_000)}`, unmarked, DEFAULT_FIELD_VIEW)).toContain("…");
  });
});
