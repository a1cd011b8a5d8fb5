import { createPrivateKey, sign } from "node:crypto";
import type { SettingsOf } from "@terrace/contract/api/channel-settings";
import type { SendOutcome } from "@terrace/domain/messages/delivery";
import type { Json, JsonObject } from "@terrace/domain/json";
import type { OpenedProvider } from "../opened-provider.ts";
import { accepted, badAddress, refused, retry, unknown, WAIT_MS, type Adapter, type Carried } from "./adapter.ts";
import { byStatus, objectIn, textAt, valueAt, type Answer, type ProviderCall } from "./provider-call.ts";
import { createTokens, type FetchedToken } from "./tokens.ts";

const ENDPOINT = "https://fcm.googleapis.com";
const TOKEN_ENDPOINT = "https://oauth2.googleapis.com/token";
const SCOPE = "https://www.googleapis.com/auth/firebase.messaging";
const ASSERTION_SECONDS = 3_600;

type Fcm = OpenedProvider<SettingsOf<"fcm">>;
type Deps = { readonly call: ProviderCall; readonly nowMs: () => number };

/** Firebase Cloud Messaging, HTTP v1. https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages/send */
export function createFcmAdapter(deps: Deps): Adapter<"fcm", "push"> {
  const tokens = createTokens<Fcm>(deps, (provider) => fetchToken(deps, provider));
  return {
    send: async (provider, carried, signal) => {
      const token = await tokens.of(provider, signal);
      if ("failed" in token) return token.failed;
      const { projectId, endpoint = ENDPOINT } = provider.settings;
      const headers = { authorization: `Bearer ${token.token}`, "content-type": "application/json" };
      const address = `${new URL(endpoint).origin}/v1/projects/${projectId}/messages:send`;
      const called = await deps.call(address, { method: "POST", headers, body: JSON.stringify({ message: messageOf(carried) }) }, signal);
      if ("failed" in called) return called.failed;
      if (called.answer.status === 401) tokens.forget(provider, token.token);
      return outcomeOf(called.answer);
    },
  };
}

function messageOf({ reference, to, message }: Carried<"push">): object {
  const { title, body, imageUrl, link, data } = message;
  return {
    token: to,
    notification: { title, body, ...(imageUrl === undefined ? {} : { image: imageUrl }) },
    data: { ...data, ...(link === undefined ? {} : { link }), reference },
    // A repeat that reaches the device shows in place of the first one.
    android: { notification: { tag: reference } },
    apns: { headers: { "apns-collapse-id": reference } },
    webpush: { notification: { tag: reference }, ...(link === undefined ? {} : { fcm_options: { link } }) },
  };
}

/** The service account's assertion (RFC 7523), exchanged for an access token. */
async function fetchToken({ call, nowMs }: Deps, { settings, secrets }: Fcm): Promise<FetchedToken> {
  const audience = settings.tokenEndpoint ?? TOKEN_ENDPOINT;
  const seconds = Math.floor(nowMs() / 1_000);
  const claims = { iss: settings.clientEmail, scope: SCOPE, aud: audience, iat: seconds, exp: seconds + ASSERTION_SECONDS };
  const text = [{ alg: "RS256", typ: "JWT" }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  const signature = sign("sha256", Buffer.from(text), createPrivateKey(secrets["privateKey"] ?? "")).toString("base64url");
  const body = new URLSearchParams({
    grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
    assertion: `${text}.${signature}`,
  }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  // Whoever shares the answer may have another deadline than whoever asked.
  const called = await call(audience, { method: "POST", headers, body }, new AbortController().signal);
  if ("failed" in called) return called;
  const answer = objectIn(called.answer.body);
  const token = textAt(answer, "access_token");
  if (token === "") return { failed: retry(`fcm_token_${textAt(answer, "error") || called.answer.status}`, WAIT_MS) };
  return { token, livesMs: Number(textAt(answer, "expires_in") || 0) * 1_000 };
}

/** https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode. A token of another project may be the project's fault: the address keeps its name. */
const NEVER = new Set(["INVALID_ARGUMENT", "SENDER_ID_MISMATCH", "THIRD_PARTY_AUTH_ERROR"]);
const LATER = new Set(["QUOTA_EXCEEDED", "UNAVAILABLE"]);

function outcomeOf(answer: Answer): SendOutcome {
  const body = objectIn(answer.body);
  if (answer.status === 200) return textAt(body, "name") === "" ? unknown("fcm_unreadable") : accepted(textAt(body, "name"));
  const said = errorCode(body) || textAt(body, "error.status");
  const code = `fcm_${said}`;
  if (said === "UNREGISTERED" || (said === "INVALID_ARGUMENT" && namesToken(body))) return badAddress(code);
  if (NEVER.has(said)) return refused(code);
  if (LATER.has(said)) return retry(code, answer.retryAfterMs ?? WAIT_MS);
  return byStatus(answer, "fcm") ?? unknown(code);
}

function details(body: JsonObject | undefined): readonly Json[] {
  const found = valueAt(body, "error.details");
  return Array.isArray(found) ? (found as readonly Json[]) : [];
}

function errorCode(body: JsonObject | undefined): string {
  return (
    details(body)
      .map((detail) => textAt(detail, "errorCode"))
      .find((code) => code !== "") ?? ""
  );
}

function namesToken(body: JsonObject | undefined): boolean {
  return (
    details(body).some((detail) => textAt(detail, "fieldViolations.0.field") === "message.token") ||
    /not a valid FCM registration token/.test(textAt(body, "error.message"))
  );
}
