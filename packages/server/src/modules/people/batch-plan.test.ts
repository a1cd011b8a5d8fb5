import { kindBit } from "@terrace/domain/identity/person-order";
import { NEVER_JOINED } from "@terrace/domain/identity/plan-link";
import { expect, test } from "vitest";
import { planBatch, type BatchGround } from "./batch-plan.ts";
import type { LinkWork, OriginWork, WorkspaceWork } from "./batch-work.ts";
import type { StoredLink } from "./person-row.ts";

const item = (originId: string, kind: OriginWork["ref"]["kind"], firstMs: number): OriginWork => ({
  originId,
  ref: { kind, value: originId },
  firstMs,
  lastMs: firstMs,
  severedMs: null,
  messages: [],
});
const link = (firstAtMs: number): LinkWork => ({
  low: "1",
  high: "2",
  from: "1",
  firstAtMs,
  lastAtMs: firstAtMs,
  assertedAtMs: null,
  count: 1,
});
const workOf = (items: readonly OriginWork[], links: readonly LinkWork[]): WorkspaceWork => ({
  workspaceId: 1,
  origins: new Map(items.map((work) => [work.originId, work])),
  links: new Map(links.map((work) => [`${work.low} ${work.high}`, work])),
  seals: new Map(),
  clear: new Map(),
});
const NOTHING: BatchGround = { located: new Map(), people: new Map(), links: new Map() };

test("a new user on a new device is one new person, with the device's origin noted under the user", () => {
  const plan = planBatch(workOf([item("2", "user_id", 5), item("1", "anonymous_id", 5)], [link(5)]), NOTHING);
  expect(plan.people.map(({ personId, idsCount }) => [personId, idsCount])).toEqual([["2", 2]]);
  expect(plan.fresh.map(({ originId, personId }) => [originId, personId])).toEqual([
    ["1", "2"],
    ["2", "2"],
  ]);
  expect(plan.recompute).toEqual([]);
});

test("a known device that turns out to be a new user's goes over to the user", () => {
  const ground: BatchGround = {
    ...NOTHING,
    located: new Map([["1", { originId: "1", personId: "1", firstSeenMs: 1, lastSeenMs: 1, severedMs: null }]]),
    people: new Map([
      [
        "1",
        {
          personId: "1",
          kinds: kindBit("anonymous_id"),
          idsCount: 1,
          joinedAtMs: NEVER_JOINED,
          waived: false,
          firstSeenMs: 1,
          lastSeenMs: 1,
        },
      ],
    ]),
  };
  const plan = planBatch(workOf([item("2", "user_id", 5), item("1", "anonymous_id", 5)], [link(5)]), ground);
  expect(plan.moves).toEqual([{ from: "1", to: "2" }]);
  expect(plan.people.map(({ personId, firstSeenMs, lastSeenMs }) => [personId, firstSeenMs, lastSeenMs])).toEqual([["2", 1, 5]]);
  expect(plan.refold).toEqual(["2"]);
});

test("a link that no longer counts because it turns out older than a severing has its people planned anew", () => {
  const stored: StoredLink = { low: "1", high: "2", firstAtMs: 1010, assertedAtMs: null, refused: null, keptApart: false };
  const located = (originId: string) =>
    [originId, { originId, personId: "2", firstSeenMs: 1, lastSeenMs: 1010, severedMs: originId === "1" ? 1000 : null }] as const;
  const ground: BatchGround = {
    located: new Map([located("1"), located("2")]),
    links: new Map([["1 2", stored]]),
    people: new Map([
      [
        "2",
        {
          personId: "2",
          kinds: kindBit("user_id") | kindBit("anonymous_id"),
          idsCount: 2,
          joinedAtMs: 1010,
          waived: false,
          firstSeenMs: 1,
          lastSeenMs: 1010,
        },
      ],
    ]),
  };
  expect(planBatch(workOf([item("2", "user_id", 1000), item("1", "anonymous_id", 1000)], [link(1000)]), ground).recompute).toEqual(["1"]);
});
