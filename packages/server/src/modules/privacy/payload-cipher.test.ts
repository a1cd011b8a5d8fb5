import fc from "fast-check";
import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createDerivedKeys } from "./derived-keys.ts";
import { createPayloadCipher } from "./payload-cipher.ts";

const cipher = createPayloadCipher(createDerivedKeys(Buffer.alloc(32, 1)), randomBytes);

describe("payloads at rest", () => {
  test("come back as they were", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
        expect(Buffer.from(cipher.decryptPayload(cipher.encryptPayload(bytes)))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  test("never look alike and show nothing of what is in them", () => {
    const clear = Buffer.from('{"phone":"13800138000"}');
    const [a, b] = [cipher.encryptPayload(clear), cipher.encryptPayload(clear)];
    expect(Buffer.from(a).equals(Buffer.from(b))).toBe(false);
    expect(Buffer.from(a).includes("13800138000")).toBe(false);
  });

  test("do not open when any byte was changed", () => {
    const sealed = Buffer.from(cipher.encryptPayload(Buffer.from("a payload")));
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => cipher.decryptPayload(changed), `byte ${at}`).toThrow();
    }
    expect(() => cipher.decryptPayload(sealed.subarray(0, 20))).toThrow();
  });

  test("do not open under another master key, and say so", () => {
    const other = createPayloadCipher(createDerivedKeys(Buffer.alloc(32, 2)), randomBytes);
    expect(() => other.decryptPayload(cipher.encryptPayload(Buffer.from("x")))).toThrow("another master key");
  });
});
