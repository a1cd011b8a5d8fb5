import { expect, test } from "vitest";
import { createDerivedKeys } from "./derived-keys.ts";
import { createSignatures } from "./signatures.ts";

const ours = createSignatures(createDerivedKeys(new Uint8Array(32).fill(1)));
const others = createSignatures(createDerivedKeys(new Uint8Array(32).fill(2)));

test("a token brings its text back, and only the one that was signed here", () => {
  const token = ours.signToken(`{"workspace":1,"名":"梯田"}`);
  expect(ours.readToken(token)).toBe(`{"workspace":1,"名":"梯田"}`);
  expect(others.readToken(token)).toBeUndefined();
  const [, signature = ""] = token.split(".");
  const changed = Buffer.from(`{"workspace":2}`).toString("base64url");
  expect(ours.readToken(`${changed}.${signature}`)).toBeUndefined();
});

test.each(["", ".", "a", "a.b", "a.b.c", "eyJ9.", "💥.💥"])("%j is no token", (text) => {
  expect(ours.readToken(text)).toBeUndefined();
});
