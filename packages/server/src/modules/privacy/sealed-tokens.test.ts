import fc from "fast-check";
import { expect, test } from "vitest";
import { createDerivedKeys } from "./derived-keys.ts";
import { createSealedTokens } from "./sealed-tokens.ts";

const ours = createSealedTokens(createDerivedKeys(new Uint8Array(32).fill(1)));
const others = createSealedTokens(createDerivedKeys(new Uint8Array(32).fill(2)));
const workspaces = fc.integer({ min: 1, max: 2_147_483_647 });
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

test("a sealed text comes back with its workspace, the same each time, and only here", () => {
  fc.assert(
    fc.property(workspaces, fc.string({ unit: "grapheme", maxLength: 300 }), (workspaceId, text) => {
      const token = ours.sealToken(workspaceId, text);
      expect(ours.openToken(token)).toEqual({ workspaceId, text });
      expect(ours.sealToken(workspaceId, text)).toBe(token);
      expect(token).toMatch(/^[\w-]+$/);
      expect(others.openToken(token)).toBeUndefined();
    }),
  );
});

test("a token of which one letter is another, one is missing or one more, or that names another workspace, is none", () => {
  fc.assert(
    fc.property(
      fc.tuple(workspaces, workspaces),
      fc.string({ unit: "grapheme", maxLength: 80 }),
      fc.nat(),
      ([workspaceId, other], text, place) => {
        const token = ours.sealToken(workspaceId, text);
        const at = place % token.length;
        const letter = LETTERS[place % LETTERS.length] ?? "";
        const changed = token.slice(0, at) + letter + token.slice(at + 1);
        if (changed !== token) expect(ours.openToken(changed)).toBeUndefined();
        expect(ours.openToken(token.slice(0, at) + token.slice(at + 1))).toBeUndefined();
        expect(ours.openToken(token + letter)).toBeUndefined();
        if (other !== workspaceId) expect(ours.openToken(`${other.toString(36)}-${token.slice(token.indexOf("-") + 1)}`)).toBeUndefined();
      },
    ),
  );
});

test("nothing of the text shows in the token", () => {
  const token = ours.sealToken(1, "ann@example.com");
  expect(Buffer.from(token, "base64url").toString("latin1")).not.toContain("ann");
});

test.each(["", "-", "1-", "1-short", "0-AAAAAAAAAAAAAAAAAAAAAA", "zzzzzz-AAAAAAAAAAAAAAAAAAAAAA", "💥-💥", "1-AAAAAAAAAAAAAAAAAAAAAA.b"])(
  "%j is no token",
  (text) => {
    expect(ours.openToken(text)).toBeUndefined();
  },
);
