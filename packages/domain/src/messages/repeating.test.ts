import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { PROVIDER_KINDS } from "./channel.ts";
import { REPEATS } from "./repeating.ts";

test("the guide says of every provider what the table says, with a reason", () => {
  const guide = readFileSync(new URL("../../../../docs/guides/channels.md", import.meta.url), "utf8");
  const told = new Map(
    [...guide.matchAll(/^\| `(\w+)` \| (idempotent|queryable|neither) \| (.{10,}) \|$/gm)].map(([, kind = "", word]) => [kind, word]),
  );
  const kinds = new Set<string>(Object.values(PROVIDER_KINDS).flat());
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(Object.entries(REPEATS).map(([kind, { repeating }]) => [kind, repeating])));
  expect(new Set(told.keys())).toEqual(kinds);
});
