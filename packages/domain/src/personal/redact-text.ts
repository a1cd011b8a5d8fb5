import type { PersonalClass } from "../event/feed-event.ts";
import { isIdCard } from "./id-card.ts";
import { keyClassOf, type KeyClass } from "./key-class.ts";
import { foldWide, normalisePhone } from "./phone.ts";

/** Notes a personal value and answers with the token that stands for it. */
export type Hide = (personalClass: PersonalClass, value: string) => string;

/** The shortest thing found by pattern: `a@b.cc`. */
const PERSONAL_LENGTH_MIN = 6;
/** Cheap test before any search: nothing personal is found by pattern without one of these. */
const SUSPECT = /@|\d{4}|%[0-9A-Fa-f]{2}|[\uff10-\uff19\uff20]/;
const MOBILE = /(?<![0-9]|[0-9]\.)(?:(?:\+|00)?86[\s+-]{0,2})?1[3-9][0-9][\s+_-]?[0-9]{4}[\s+_-]?[0-9]{4}(?![0-9])/g;
const MOBILE_HINT = /1[3-9]\d[\s+_-]?\d{4}[\s+_-]?\d{4}/;
const ID_CARD =
  /(?<![0-9A-Za-z])[1-9][0-9]{5}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx](?![0-9A-Za-z])/g;
const QUERY_PAIR = /(^|[?&#;])([^=&?#;\s]{1,64})=([^&#\s]+)/g;
const FOLDED = /%[0-9A-Fa-f]{2}|[\uff10-\uff19\uff20]/;
const ENCODED = /(?:%[0-9A-Fa-f]{2})+/g;
/** A phone inside this long a run of hexadecimal digits is part of a UUID or a hash. */
const HEX_RUN_MIN = 24;

/**
 * Replaces every mainland mobile, e-mail address and 18-digit id card inside a text by its token, also percent-encoded, in
 * full-width digits and in values of URL parameters named like personal data. Text without any comes back as the same string.
 */
export function redactText(text: string, hide: Hide): string {
  if (text.length < PERSONAL_LENGTH_MIN) return text;
  const queried = text.includes("=") && (text.includes("?") || text.includes("&")) ? redactQuery(text, hide) : text;
  if (!SUSPECT.test(queried)) return queried;
  const plain = FOLDED.test(queried) ? unfold(queried) : queried;
  if (plain !== queried) {
    const redacted = redactPatterns(plain, hide);
    if (redacted !== plain) return redacted;
  }
  return redactPatterns(queried, hide);
}

/** True when `redactText` would change the text. */
export function holdsPersonal(text: string): boolean {
  return redactText(text, () => "~") !== text;
}

/** Replaces a value whose key says what it is; a value that cannot be of that class (a phone without digits) stays. */
export function redactByClass(keyClass: KeyClass, text: string, hide: Hide): string {
  return BY_CLASS[keyClass](text, hide);
}

const BY_CLASS: { readonly [C in KeyClass]: (text: string, hide: Hide) => string } = {
  phone: (text, hide) => (normalisePhone(text) === "" ? redactText(text, hide) : redactWhole("phone", text, hide)),
  email: (text, hide) => (/@|%40/.test(text) ? redactWhole("email", text, hide) : redactText(text, hide)),
  id_card: (text, hide) =>
    /(?:\d[\s-]?){6}/.test(text) ? hide("id_card", text.replace(/[\s-]/g, "").toUpperCase()) : redactText(text, hide),
  name: (text, hide) => hideTrimmed("name", text, hide),
  trait_name: (text, hide) => hideTrimmed("name", text, hide),
  address: (text, hide) => (/^\s*https?:/.test(text) ? redactText(text, hide) : hideTrimmed("address", text, hide)),
  ip: (text, hide) => (/[.:]/.test(text) ? hideTrimmed("ip", text, hide) : redactText(text, hide)),
  none: redactText,
};

function hideTrimmed(personalClass: PersonalClass, text: string, hide: Hide): string {
  const value = text.trim();
  return value === "" ? text : hide(personalClass, value);
}

/** Several numbers in one field get a token each; a spelling the patterns do not know becomes one token as a whole. */
function redactWhole(personalClass: "phone" | "email", text: string, hide: Hide): string {
  const redacted = redactText(text, hide);
  if (redacted !== text) return redacted;
  return hide(personalClass, personalClass === "phone" ? normalisePhone(text) : text.trim().toLowerCase());
}

function redactQuery(text: string, hide: Hide): string {
  return text.replace(QUERY_PAIR, (pair, before: string, key: string, value: string) => {
    const keyClass = keyClassOf(decode(key));
    if (keyClass === "none" || keyClass === "trait_name") return pair;
    // A plus in a query is a space, except in front of a phone number sent without encoding.
    const plain = unfold(value.replaceAll("+", " ")).replace(/^ (?=\d)/, "+");
    const redacted = redactByClass(keyClass, plain, hide);
    return redacted === plain ? pair : `${before}${key}=${redacted}`;
  });
}

function redactPatterns(text: string, hide: Hide): string {
  const emailed = text.includes("@") ? redactEmails(text, hide) : text;
  const carded = !/\d{17}/.test(emailed)
    ? emailed
    : emailed.replace(ID_CARD, (card) => (isIdCard(card) ? hide("id_card", card.toUpperCase()) : card));
  if (!MOBILE_HINT.test(carded)) return carded;
  return carded.replace(MOBILE, (match: string, at: number) =>
    isInsideHash(carded, at, at + match.length) ? match : hide("phone", normalisePhone(match)),
  );
}

/** True when the digits touch a hexadecimal letter and lie in a run as long as a UUID, an object id or a hash. */
function isInsideHash(text: string, from: number, to: number): boolean {
  if (!/[A-Fa-f]/.test(`${text[from - 1] ?? ""}${text[to] ?? ""}`)) return false;
  let start = from;
  while (start > 0 && to - start < HEX_RUN_MIN && isHexOrDash(text.charCodeAt(start - 1))) start -= 1;
  let end = to;
  while (end < text.length && end - start < HEX_RUN_MIN && isHexOrDash(text.charCodeAt(end))) end += 1;
  return end - start >= HEX_RUN_MIN;
}

function isHexOrDash(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102) || code === 45;
}

/** By hand rather than by expression: linear in the length of the text, whatever it holds. */
function redactEmails(text: string, hide: Hide): string {
  let out = "";
  let done = 0;
  let at = text.indexOf("@");
  while (at >= 0) {
    let start = at;
    while (start > done && isLocalPart(text.charCodeAt(start - 1))) start -= 1;
    let end = at + 1;
    while (end < text.length && isDomainPart(text.charCodeAt(end))) end += 1;
    while (end > at && !isAlphanumeric(text.charCodeAt(end - 1))) end -= 1;
    if (start < at && isDomain(text.slice(at + 1, end))) {
      out += text.slice(done, start) + hide("email", text.slice(start, end).toLowerCase());
      done = end;
    }
    at = text.indexOf("@", Math.max(end, at + 1));
  }
  return done === 0 ? text : out + text.slice(done);
}

function isDomain(text: string): boolean {
  const labels = text.split(".");
  return labels.length > 1 && labels.every((label) => label !== "") && /^[A-Za-z][A-Za-z0-9-]+$/.test(labels.at(-1) ?? "");
}

function isAlphanumeric(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

function isDomainPart(code: number): boolean {
  return isAlphanumeric(code) || code === 45 || code === 46;
}

/** Letters, digits and `% + - . _`. */
function isLocalPart(code: number): boolean {
  return isAlphanumeric(code) || code === 37 || code === 43 || code === 45 || code === 46 || code === 95;
}

/** Percent-decoded (at most three layers) and with full-width digits folded. */
function unfold(text: string): string {
  let plain = text;
  for (let layer = 0; layer < 3 && plain.includes("%"); layer += 1) {
    const next = decode(plain);
    if (next === plain) break;
    plain = next;
  }
  return foldWide(plain);
}

/** Decodes what can be decoded and leaves the rest. */
function decode(text: string): string {
  if (!text.includes("%")) return text;
  return text.replace(ENCODED, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run.replace(/%([0-7][0-9A-Fa-f])/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    }
  });
}
