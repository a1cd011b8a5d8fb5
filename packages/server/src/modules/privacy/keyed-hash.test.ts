import fc from "fast-check";
import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { createKeyedHash } from "./keyed-hash.ts";

test("is HMAC-SHA256, for any key and text, one after another", () => {
  const text = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme", minLength: 300, maxLength: 1200 }), fc.string());
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.array(text, { maxLength: 5 }), (key, texts) => {
      const keyed = createKeyedHash(key);
      for (const message of texts) {
        expect(keyed(message, "hex")).toBe(createHmac("sha256", key).update(message).digest("hex"));
        expect(keyed(message, "base64url")).toBe(createHmac("sha256", key).update(message).digest("base64url"));
      }
    }),
  );
});
