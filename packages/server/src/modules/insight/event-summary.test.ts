import { describe, expect, test } from "vitest";
import { summarise } from "./event-summary.ts";

const token = `~phone.${"a".repeat(22)}`;

describe("event summary", () => {
  test("shows the most telling scalars first and no containers", () => {
    expect(summarise({ zebra: 1, products: [{ a: 1 }], revenue: 12.5, country: "France", order_id: "7", currency: "GBP" }, {})).toEqual({
      order_id: "7",
      revenue: 12.5,
      currency: "GBP",
      country: "France",
    });
  });
  test("shows nothing personal, and the path when there is nothing else", () => {
    expect(summarise({ phone: token, $lib: "js" }, { page_path: "/tea" })).toEqual({ path: "/tea" });
    expect(summarise({ note: `call ${token} now` }, {})).toEqual({ note: "call *** now" });
  });
});
