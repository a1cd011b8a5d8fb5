import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createDerivedKeys } from "./derived-keys.ts";
import { createPseudonyms } from "./pseudonyms.ts";

const pseudonyms = createPseudonyms(createDerivedKeys(Buffer.alloc(32, 1)));
const others = createPseudonyms(createDerivedKeys(Buffer.alloc(32, 2)));

describe("pseudonyms", () => {
  test("a token names its class and has 22 characters after it", () => {
    expect(pseudonyms.tokenise(1, "phone", "13800138000")).toMatch(/^~phone\.[\w-]{22}$/);
    expect(pseudonyms.tokenise(1, "id_card", "11010519491231002X")).toMatch(/^~id_card\.[\w-]{22}$/);
  });

  test("a search term has 16 characters", () => {
    expect(pseudonyms.searchTerm(1, "李")).toMatch(/^~[\w-]{16}$/);
  });

  test("origin ids are positive 63-bit numbers and never zero, for any value", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.string({ unit: "binary" }), (workspaceId, value) => {
        const id = BigInt(pseudonyms.originId(workspaceId, "anonymous_id", value));
        expect(id > 0n && id < 2n ** 63n).toBe(true);
      }),
    );
  });

  test("the same value gives the same stand-in, cached or not", () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const fresh = createPseudonyms(createDerivedKeys(Buffer.alloc(32, 1)));
        expect(fresh.originId(3, "email", value)).toBe(pseudonyms.originId(3, "email", value));
        expect(fresh.tokenise(3, "email", value)).toBe(pseudonyms.tokenise(3, "email", value));
        expect(fresh.searchTerm(3, value)).toBe(pseudonyms.searchTerm(3, value));
      }),
      { numRuns: 50 },
    );
  });

  test("workspace, kind, class and master key each make another stand-in", () => {
    const ids = [
      pseudonyms.originId(1, "user_id", "a"),
      pseudonyms.originId(2, "user_id", "a"),
      pseudonyms.originId(1, "member_no", "a"),
      others.originId(1, "user_id", "a"),
    ];
    expect(new Set(ids).size).toBe(4);
    const tokens = [
      pseudonyms.tokenise(1, "name", "a"),
      pseudonyms.tokenise(2, "name", "a"),
      others.tokenise(1, "name", "a"),
      pseudonyms.tokenise(1, "address", "a"),
    ].map((token) => token.slice(token.indexOf(".")));
    expect(new Set(tokens).size).toBe(4);
  });

  test("a stand-in does not change between versions: ids are stored for good", () => {
    expect(pseudonyms.originId(1, "user_id", "u-1")).toBe(GOLDEN.originId);
    expect(pseudonyms.tokenise(1, "phone", "13800138000")).toBe(GOLDEN.token);
    expect(pseudonyms.searchTerm(1, "li")).toBe(GOLDEN.term);
  });
});

const GOLDEN = { originId: "912126039220909891", token: "~phone.mTBopelirERVh1CFHl8irZ", term: "~e3Gb5XBdf_MD7lU5" };
