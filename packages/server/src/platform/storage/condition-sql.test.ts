import { expect, test } from "vitest";
import { eventSelectorSql } from "./condition-sql.ts";

const TOOLS = { workspaceId: 1, virtuals: [], tokenise: () => "", nowMs: 0, zone: "Asia/Shanghai" };

test("an event is selected by its name, bound", () => {
  const { text, params } = eventSelectorSql({ event: "It's ordered" }, TOOLS);
  expect(text).toBe("(name in {s0_p0:Array(String)})");
  expect(params).toEqual({ s0_p0: ["It's ordered"] });
});

test("no name selects every event", () => {
  expect(eventSelectorSql({ event: null }, TOOLS)).toEqual({ text: "(1)", params: {} });
});
