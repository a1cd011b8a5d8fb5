import type { DecodeContext } from "@terrace/domain/event/decode-context";
import { hash } from "node:crypto";

/** 2026-11-22T01:24:00Z: shortly after the captures were made. */
export const RECEIVED_AT_MS = Date.UTC(2026, 10, 22, 1, 24);

/** A decoder's context with readable ids and deterministic tokens of the real form (`~phone.` and 22 characters). */
export function decodeContextFixture(overrides: Partial<DecodeContext> = {}): DecodeContext {
  let unique = 0;
  return {
    workspaceId: 1,
    receivedAtMs: RECEIVED_AT_MS,
    requestIp: "203.0.113.77",
    userAgent: "",
    tokenise: (personalClass, value) => `~${personalClass}.${hash("sha256", `${personalClass}|${value}`, "base64url").slice(0, 22)}`,
    parseUserAgent: (userAgent) => ({ deviceType: "mobile", browser: `browser of ${userAgent}`, os: "iOS" }),
    derivedId: (text) => `d-${hash("sha256", text, "base64url").slice(0, 22)}`,
    uniqueId: () => `unique-${(unique += 1)}`,
    isMarkedPersonal: () => false,
    ...overrides,
  };
}
