import type { PersonalClass } from "../event/feed-event.ts";
import { isIdCard } from "../personal/id-card.ts";
import { foldWide, normalisePhone } from "../personal/phone.ts";
import { fail, ok, type Result } from "../result.ts";
import { IDENTITY_LENGTH_MAX, PERSONAL_KINDS, type IdentityKind, type IdentityRef } from "./identity-kinds.ts";

/** What broken clients send in place of an id; joining people through one of these would make one person of thousands. */
const GENERIC_IDS: ReadonlySet<string> = new Set([
  "",
  "null",
  "undefined",
  "none",
  "nil",
  "nan",
  "anonymous",
  "guest",
  "unknown",
  "visitor",
  "0",
  "-1",
  "true",
  "false",
  "[object object]",
  "[]",
  "{}",
  "id",
  "email",
  "phone",
  "user_id",
  "userid",
  "distinct_id",
  "distinctid",
  "anonymous_id",
  "not_authenticated",
  "n/a",
  "na",
  "-",
  "default",
  "00000000-0000-0000-0000-000000000000",
  "00000000000000000000000000000000",
  "0000000000000000",
]);

const MAINLAND_MOBILE = /^(?:\+?86|0086)?1[3-9]\d{9}$/;
const EMAIL = /^[^\s@]+@[^\s@]+$/;
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f]/;

/**
 * The one spelling of an id: trimmed; e-mail in lower case; phones as in `normalisePhone`. Text and whole numbers are taken.
 * Faults: `event.id_invalid` for an id that is empty, generic, too long, or not of its kind.
 */
export function normaliseIdentity(kind: IdentityKind, value: unknown): Result<IdentityRef> {
  const text = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text !== "string") return invalid(kind, "Send the id as text");
  const trimmed = text.trim();
  const mend = objectionTo(trimmed);
  if (mend !== undefined) return invalid(kind, mend);
  if (kind === "phone") return normalised(kind, phoneOf(trimmed), "Send a phone number with at least five digits");
  if (kind === "email") return normalised(kind, emailOf(trimmed), "Send an e-mail address");
  return ok({ kind, value: trimmed });
}

function objectionTo(text: string): string | undefined {
  if (isPlaceholderId(text)) return "Send no id rather than a placeholder that many people share";
  if (text.length > IDENTITY_LENGTH_MAX) return `Send at most ${IDENTITY_LENGTH_MAX} characters`;
  return CONTROL.test(text) || !text.isWellFormed() ? "Send an id without control characters and broken surrogates" : undefined;
}

/** The class of personal data an id is, or undefined: phones, e-mails, and other ids that look like one or like an id card. */
export function personalClassOfIdentity({ kind, value }: IdentityRef): PersonalClass | undefined {
  if (PERSONAL_KINDS.has(kind)) return kind === "email" ? "email" : "phone";
  if (MAINLAND_MOBILE.test(value)) return "phone";
  if (isIdCard(value)) return "id_card";
  return EMAIL.test(value) ? "email" : undefined;
}

/** True for what stands for "no id" (`null`, `0`, `undefined`, nothing at all …). */
export function isPlaceholderId(text: string): boolean {
  return GENERIC_IDS.has(bare(text.trim()));
}

/** Quoted placeholders (`"null"`) are placeholders too. */
function bare(text: string): string {
  return text.toLowerCase().replace(/^["'`\s]+|["'`\s]+$/g, "");
}

/** A number with a foreign prefix never meets a mainland one, although `+1 415…` has eleven digits too. */
function phoneOf(text: string): string {
  if (/[A-Za-z]/.test(text)) return "";
  const abroad = /^\+(?!86)(\d{5,15})$/.exec(foldWide(text).replace(/[\s().-]/g, ""));
  return abroad?.[1] === undefined ? normalisePhone(text) : `+${abroad[1]}`;
}

function emailOf(text: string): string {
  const folded = foldWide(text).toLowerCase();
  return EMAIL.test(folded) ? folded : "";
}

function normalised(kind: IdentityKind, value: string, mend: string): Result<IdentityRef> {
  return value === "" || GENERIC_IDS.has(value) ? invalid(kind, mend) : ok({ kind, value });
}

function invalid(kind: IdentityKind, mend: string): Result<IdentityRef> {
  return fail("event.id_invalid", { field: kind, mend });
}
