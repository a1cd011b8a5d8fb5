import { expect, test } from "vitest";
import { storyLines } from "./story-lines.ts";

const note = (what: string) => ({ at: "2026-03-10T04:00:00Z", what, reason: "", rule: null, details: {} });
const told = (state: Parameters<typeof storyLines>[0]["state"], ...whats: readonly string[]) =>
  storyLines({ state, notes: whats.map(note) }).map(({ what }) => what);

test("that the provider took a message at the first try is told where it was let go", () => {
  expect(told("sent", "defer", "send")).toEqual(["defer", "send", "accepted"]);
  expect(told("delivered", "send", "delivered", "opened")).toEqual(["send", "accepted", "delivered", "opened"]);
  expect(told("sent", "send", "retry", "send", "accepted")).toEqual(["send", "retry", "send", "accepted"]);
  for (const state of ["sending", "blocked", "unknown"] as const) expect(told(state, "send")).toEqual(["send"]);
  expect(told("sent")).toEqual([]);
});
