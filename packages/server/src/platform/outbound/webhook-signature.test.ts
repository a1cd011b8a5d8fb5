import { expect, test } from "vitest";
import { newSigningSecret, signatureHeaders } from "./webhook-signature.ts";

test("signs as the specification's own example", () => {
  // The example of the Standard Webhooks specification.
  const headers = signatureHeaders({ id: "msg_p5jXN8AQM9LWM0D4loKWxJek", seconds: 1_614_265_330, body: '{"test": 2432232314}' }, [
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  ]);
  expect(headers["webhook-signature"]).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
});

test("signs with the old secret too while it still counts", () => {
  const secret = newSigningSecret((count) => new Uint8Array(count).fill(3));
  const both = signatureHeaders({ id: "a", seconds: 1, body: "{}" }, [secret, "whsec_AAAA"])["webhook-signature"];
  expect(both?.split(" ")).toHaveLength(2);
  expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
});
