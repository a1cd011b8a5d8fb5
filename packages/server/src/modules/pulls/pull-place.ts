import type { createPull } from "@terrace/contract/api/pulls";
import type { z } from "zod";
import { openText, sealText } from "../../platform/sealed-text.ts";
import type { PrivacyModule } from "../privacy/module.ts";

/** Where a pull fetches from, with its secrets. */
export type PullPlace = z.output<typeof createPull.body>["place"];
export type HttpPlace = Extract<PullPlace, { kind: "http" }>;
export type DatabasePlace = Exclude<PullPlace, HttpPlace>;

/** What a place becomes at rest: addresses, queries and credentials in one sealed piece. */
export function sealPlace(cipher: Pick<PrivacyModule, "encryptPayload">, place: PullPlace): Uint8Array {
  return sealText(cipher, JSON.stringify(place));
}

export function openPlace(cipher: Pick<PrivacyModule, "decryptPayload">, sealed: Uint8Array): PullPlace {
  // Written by `sealPlace` in this shape; encryption authenticates it.
  return JSON.parse(openText(cipher, sealed)) as PullPlace;
}

/** Everything but the secrets: names of headers, whether there is a password, and of an address no values of its parameters but `{since}`. */
export function shownPlace(place: PullPlace) {
  if (place.kind === "http") {
    const { headers = {}, url, ...rest } = place;
    return { ...rest, url: shownUrl(url), headerNames: Object.keys(headers) };
  }
  const { password, ...rest } = place;
  return { ...rest, hasPassword: password !== undefined };
}

/** A key may stand in an address, too. */
function shownUrl(url: string): string {
  const [path = "", ...query] = url.replace(/#.*$/s, "").split("?");
  const shown = query.join("?").split("&").map(shownParameter);
  return query.length === 0 ? path : `${path}?${shown.join("&")}`;
}

function shownParameter(text: string): string {
  const [name = "", value] = text.split("=");
  if (value === undefined) return "…";
  return `${name}=${value === "{since}" ? value : "…"}`;
}

/**
 * A changed place keeps the secrets that were not given anew, and its address when that was given as it is shown; but secrets only for the same
 * server, so that nobody sends them elsewhere unseen.
 */
export function keepSecrets(given: PullPlace, before: PullPlace): PullPlace | "secret_needed" {
  if (given.kind === "http") return before.kind === "http" ? keepHeaders(given, before) : given;
  return before.kind === given.kind ? keepPassword(given, before) : given;
}

function keepHeaders(given: HttpPlace, before: HttpPlace): HttpPlace | "secret_needed" {
  const place = { ...given, url: given.url === shownUrl(before.url) ? before.url : given.url };
  if (given.headers !== undefined || before.headers === undefined) return place;
  return originOf(place.url) === originOf(before.url) ? { ...place, headers: before.headers } : "secret_needed";
}

function keepPassword(given: DatabasePlace, before: DatabasePlace): DatabasePlace | "secret_needed" {
  if (given.password !== undefined || before.password === undefined) return given;
  // An encrypted connection that is asked to go without would send the password in clear.
  const isSame = given.host === before.host && given.port === before.port && given.user === before.user && isTlsKept(given, before);
  return isSame ? { ...given, password: before.password } : "secret_needed";
}

function isTlsKept(given: DatabasePlace, before: DatabasePlace): boolean {
  const strength = ["off", "on", "verify"];
  return strength.indexOf(given.tls) >= strength.indexOf(before.tls);
}

function originOf(url: string): string {
  return URL.parse(url)?.origin ?? url;
}
