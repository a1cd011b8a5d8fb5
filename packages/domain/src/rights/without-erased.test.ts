import { expect, test } from "vitest";
import { EMPTY_CONTEXT, type FeedEvent, type LinkClaim } from "../event/feed-event.ts";
import type { IdentityKind } from "../identity/identity-kinds.ts";
import { withoutErased } from "./without-erased.ts";

function eventOf(ids: readonly (readonly [IdentityKind, string])[], link: LinkClaim = "observed"): FeedEvent {
  return {
    workspaceId: 1,
    messageId: "m",
    source: "segment",
    name: "Tested",
    timeMs: 0,
    receivedAtMs: 0,
    ids: ids.map(([kind, value]) => ({ kind, value })),
    link,
    properties: {},
    context: EMPTY_CONTEXT,
    traits: [],
    secrets: {},
  };
}

const GONE = new Set(["gone", "gone-device", "13800138000"]);
const kept = (event: FeedEvent) => withoutErased(event, ({ value }) => GONE.has(value))?.ids.map(({ value }) => value);

test.each<[string, FeedEvent, string[] | undefined]>([
  ["of somebody else stays", eventOf([["user_id", "other"]]), ["other"]],
  ["of nobody stays", eventOf([]), []],
  ["filed under an erased id goes", eventOf([["user_id", "gone"]]), undefined],
  ["of an erased device goes", eventOf([["anonymous_id", "gone-device"]]), undefined],
  [
    "of somebody else on an erased device stays without the device",
    eventOf([
      ["user_id", "other"],
      ["anonymous_id", "gone-device"],
    ]),
    ["other"],
  ],
  [
    "under a new id with an erased phone number goes: nobody comes back unasked",
    eventOf([
      ["user_id", "new"],
      ["phone", "13800138000"],
    ]),
    undefined,
  ],
  [
    "that takes an erased device away from somebody goes",
    eventOf(
      [
        ["user_id", "other"],
        ["anonymous_id", "gone-device"],
      ],
      "unbound",
    ),
    undefined,
  ],
])("an event %s", (_, event, ids) => {
  expect(kept(event)).toEqual(ids);
});
