import fc from "fast-check";
import { expect, test } from "vitest";
import { LANE_COUNT, laneOf } from "./lanes.ts";

test("every event has a lane, the same one for the same first identity", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.string({ unit: "binary", minLength: 1 }),
      fc.string(),
      fc.string(),
      (workspaceId, value, one, two) => {
        const ids = [{ kind: "user_id" as const, value }];
        const lane = laneOf({ workspaceId, ids, messageId: one });
        expect(Number.isInteger(lane) && lane >= 0 && lane < LANE_COUNT).toBe(true);
        expect(laneOf({ workspaceId, ids, messageId: two })).toBe(lane);
      },
    ),
  );
});

test("lanes share people about evenly", () => {
  const counts = Array.from({ length: LANE_COUNT }, () => 0);
  for (let person = 0; person < 8_000; person += 1) {
    const lane = laneOf({ workspaceId: 1, ids: [{ kind: "user_id", value: `user-${person}` }], messageId: "" });
    counts[lane] = (counts[lane] ?? 0) + 1;
  }
  expect(Math.min(...counts)).toBeGreaterThan(700);
});
