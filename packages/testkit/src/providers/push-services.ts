import { createDecipheriv, createECDH, createPublicKey, createVerify, hkdfSync, verify, type KeyObject } from "node:crypto";
import { startStandIn, type Heard, type Said, type StandIn } from "./stand-in.ts";

/** The parts of a JWT whose signature holds; undefined when it does not. ES256 signatures are the two numbers after each other. */
export function claimsIn(jwt: string, key: KeyObject, algorithm: "RS256" | "ES256"): Record<string, unknown> | undefined {
  const [head = "", claims = "", signature = ""] = jwt.split(".");
  const text = Buffer.from(`${head}.${claims}`);
  const bytes = Buffer.from(signature, "base64url");
  const holds =
    algorithm === "RS256"
      ? createVerify("RSA-SHA256").update(text).verify(key, bytes)
      : verify("sha256", text, { key, dsaEncoding: "ieee-p1363" }, bytes);
  if (!holds || (JSON.parse(Buffer.from(head, "base64url").toString()) as { alg: string }).alg !== algorithm) return undefined;
  return JSON.parse(Buffer.from(claims, "base64url").toString()) as Record<string, unknown>;
}

/** Google's token service and FCM's v1, in one. */
export async function startFcm(
  key: KeyObject,
  account: string,
): Promise<StandIn & { readonly taken: Record<string, unknown>[]; readonly given: string[] }> {
  const taken: Record<string, unknown>[] = [];
  const given: string[] = [];
  const standIn = await startStandIn((heard): Said => {
    if (heard.path === "/token") {
      const form = new URLSearchParams(heard.body.toString("utf8"));
      const claims = claimsIn(form.get("assertion") ?? "", key, "RS256");
      const isFit =
        form.get("grant_type") === "urn:ietf:params:oauth:grant-type:jwt-bearer" &&
        claims?.["iss"] === account &&
        String(claims["scope"]).endsWith("/firebase.messaging");
      if (!isFit) return { status: 400, body: { error: "invalid_grant" } };
      given.push(`ya29.${given.length + 1}`);
      return { body: { access_token: given.at(-1), expires_in: 3600, token_type: "Bearer" } };
    }
    if (heard.header("authorization") !== `Bearer ${given.at(-1)}`) return fcmFault(401, "UNAUTHENTICATED", []);
    const { message } = JSON.parse(heard.body.toString("utf8")) as { message: { token: string; data: Record<string, unknown> } };
    if (Object.values(message.data).some((value) => typeof value !== "string")) return fcmFault(400, "INVALID_ARGUMENT", []);
    if (message.token === "gone") return fcmFault(404, "NOT_FOUND", [{ errorCode: "UNREGISTERED" }]);
    if (message.token === "bad")
      return fcmFault(400, "INVALID_ARGUMENT", [{ errorCode: "INVALID_ARGUMENT" }, { fieldViolations: [{ field: "message.token" }] }]);
    taken.push(message);
    return { body: { name: `projects/p/messages/${taken.length}` } };
  });
  return { ...standIn, taken, given };
}

export function fcmFault(status: number, word: string, details: readonly object[]): Said {
  return { status, body: { error: { code: status, status: word, message: word, details } } };
}

/** JPush v3: what comes under one cid is sent once. */
export async function startJPush(key: string, secret: string): Promise<StandIn & { readonly sent: Map<string, unknown> }> {
  const sent = new Map<string, unknown>();
  let handedOut = 0;
  const ours = new Set<string>();
  const standIn = await startStandIn((heard): Said => {
    const expected = `Basic ${Buffer.from(`${key}:${secret}`).toString("base64")}`;
    if (heard.header("authorization") !== expected) return { status: 401, body: { error: { code: 1004, message: "auth" } } };
    if (heard.path === "/v3/push/cid") {
      const cidlist = Array.from({ length: Number(heard.query.get("count")) }, () => `${key}-${(handedOut += 1)}`);
      for (const cid of cidlist) ours.add(cid);
      return { body: { cidlist } };
    }
    const push = JSON.parse(heard.body.toString("utf8")) as { cid: string; audience: { registration_id: string[] } };
    if (!ours.has(push.cid)) return { status: 400, body: { error: { code: 1003, message: "cid" } } };
    if (push.audience.registration_id[0] === "gone") return { status: 400, body: { error: { code: 1011, message: "nobody" } } };
    if (!sent.has(push.cid)) sent.set(push.cid, push);
    return { body: { sendno: "0", msg_id: `m-${push.cid}` } };
  });
  return { ...standIn, sent };
}

export type Browser = { readonly subscription: object; readonly read: (heard: Heard) => string };

/** A browser that subscribed at a push service: it can read what was encrypted for it (RFC 8291 and 8188). */
export function newBrowser(endpoint: string): Browser {
  const own = createECDH("prime256v1");
  const publicKey = own.generateKeys();
  const auth = Buffer.from("0123456789abcdef");
  const derive = (key: Uint8Array, salt: Uint8Array, info: Buffer, length: number): Buffer =>
    Buffer.from(hkdfSync("sha256", key, salt, info, length));
  return {
    subscription: { endpoint, keys: { p256dh: publicKey.toString("base64url"), auth: auth.toString("base64url") } },
    read: ({ body }) => {
      const salt = body.subarray(0, 16);
      const theirKey = body.subarray(21, 21 + (body[20] ?? 0));
      const sealed = body.subarray(21 + theirKey.length);
      const shared = derive(own.computeSecret(theirKey), auth, Buffer.concat([Buffer.from("WebPush: info\0"), publicKey, theirKey]), 32);
      const decipher = createDecipheriv(
        "aes-128-gcm",
        derive(shared, salt, Buffer.from("Content-Encoding: aes128gcm\0"), 16),
        derive(shared, salt, Buffer.from("Content-Encoding: nonce\0"), 12),
      );
      decipher.setAuthTag(sealed.subarray(-16));
      const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
      return plain.subarray(0, plain.lastIndexOf(2)).toString("utf8");
    },
  };
}

/** The claims of a VAPID header (RFC 8292) signed by this public key; undefined when it does not hold. */
export function vapidClaims(heard: Heard, publicKey: string): Record<string, unknown> | undefined {
  const [, jwt = "", k = ""] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(heard.header("authorization")) ?? [];
  if (k.replaceAll("=", "") !== publicKey) return undefined;
  const point = Buffer.from(publicKey, "base64url");
  const key = createPublicKey({
    format: "jwk",
    key: { kty: "EC", crv: "P-256", x: point.subarray(1, 33).toString("base64url"), y: point.subarray(33).toString("base64url") },
  });
  return claimsIn(jwt, key, "ES256");
}
