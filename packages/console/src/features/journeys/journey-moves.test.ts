import { expect, test } from "vitest";
import { movesOf } from "./journey-moves.ts";

const version = { version: 1, state: "live", savedAt: "", savedBy: "", approvedBy: null } as const;
const both = { write: true, approve: true };
const writer = { write: true, approve: false };
const reader = { write: false, approve: false };

test("each role is offered what it may do with a journey where it stands, and nothing else", () => {
  const draft = { state: "draft", live: null, next: { ...version, state: "draft" } } as const;
  expect(movesOf(draft, both)).toEqual({ main: ["submit"], more: ["duplicate", "archive"] });
  expect(movesOf(draft, writer)).toEqual({ main: ["submit"], more: ["duplicate"] });
  expect(movesOf(draft, reader)).toEqual({ main: [], more: [] });
  const review = { ...draft, next: { ...version, state: "in_review" } } as const;
  expect(movesOf(review, both)).toEqual({ main: ["approve"], more: ["reject", "duplicate", "archive"] });
  expect(movesOf(review, writer)).toEqual({ main: [], more: ["duplicate"] });
  const live = { state: "live", live: version, next: { ...version, version: 2, state: "approved" } } as const;
  expect(movesOf(live, both)).toEqual({ main: ["pause", "start"], more: ["reject", "close", "duplicate", "archive"] });
  expect(movesOf({ state: "paused", live: null, next: null }, both)).toEqual({
    main: ["resume"],
    more: ["reopen", "duplicate", "archive"],
  });
  expect(movesOf({ state: "archived", live: version, next: null }, both)).toEqual({ main: [], more: ["duplicate"] });
});
