import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { isSigned } from "./check-signature.ts";

const NOW_MS = 1_614_265_330_000;
const body = Buffer.from('{"test": 2432232314}');
const posted = (headers: Readonly<Record<string, string>>, sent = body) => ({ body: sent, header: (name: string) => headers[name] });

describe("a post", () => {
  test("signed by the Standard Webhooks specification's own example is taken, late or altered it is not", () => {
    const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const headers = {
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,other v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    };
    expect(isSigned({ kind: "standard" }, secret, posted(headers), NOW_MS)).toBe(true);
    expect(isSigned({ kind: "standard" }, secret, posted(headers), NOW_MS + 301_000)).toBe(false);
    expect(isSigned({ kind: "standard" }, secret, posted(headers, Buffer.from("{}")), NOW_MS)).toBe(false);
    expect(isSigned({ kind: "standard" }, secret, posted({}), NOW_MS)).toBe(false);
  });

  test.each([
    ["GitHub", { kind: "hmac", header: "x-hub-signature-256", encoding: "hex", prefix: "sha256=" }],
    ["Shopify", { kind: "hmac", header: "x-shopify-hmac-sha256", encoding: "base64", prefix: "" }],
  ] as const)("signed as %s does is taken, with another secret it is not", (_, scheme) => {
    const signature = scheme.prefix + createHmac("sha256", "key").update(body).digest(scheme.encoding);
    expect(isSigned(scheme, "key", posted({ [scheme.header]: signature }), NOW_MS)).toBe(true);
    expect(isSigned(scheme, "other", posted({ [scheme.header]: signature }), NOW_MS)).toBe(false);
    expect(isSigned(scheme, "key", posted({}), NOW_MS)).toBe(false);
  });
});
