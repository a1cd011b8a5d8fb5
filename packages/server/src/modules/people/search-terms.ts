import type { PersonalClass } from "@terrace/domain/event/feed-event";
import type { Json } from "@terrace/domain/json";
import { normalisePhone } from "@terrace/domain/personal/phone";
import { valueOfLog } from "@terrace/domain/traits/trait-log";
import type { TraitState } from "@terrace/domain/traits/fold-traits";
import { tokenClass } from "./personal-text.ts";

/** Longest start of a name that can be searched for; a longer one must be typed in full. */
const NAME_PREFIX_MAX = 8;
const EMAIL_PREFIX_MIN = 3;
const EMAIL_PREFIX_MAX = 8;
const PHONE_TAIL = 4;
const TEXT_TERM_LENGTH_MAX = 64;
const TEXT_TERMS_PER_ORIGIN_MAX = 24;
const LIST_ELEMENTS_MAX = 10;

/** A blind index term of a text, e.g. `privacy.searchTerm`. */
export type BlindTerm = (text: string) => string;

/** What a personal value can be found by: starts of a name, a phone in full or its last 4 digits, an e-mail in full or the start of its local part. */
export function termsOfPersonal(personalClass: PersonalClass, value: string, blind: BlindTerm): readonly string[] {
  switch (personalClass) {
    case "name":
      return nameTexts(fold(value)).map(blind);
    case "phone":
      return phoneTexts(normalisePhone(value)).map(blind);
    case "email":
      return emailTexts(fold(value)).map(blind);
    case "id_card":
      return [blind(`id_card ${value.toUpperCase()}`)];
    case "address":
    case "ip":
    case "marked":
      return [];
    default:
      return personalClass satisfies never;
  }
}

/** Blind terms that a typed text may stand for. */
export function termsOfQuery(text: string, blind: BlindTerm): readonly string[] {
  const folded = fold(text);
  const characters = Array.from(folded);
  const phone = /^[\d\s()+.-]+$/.test(folded) ? normalisePhone(folded) : "";
  const texts = [
    characters.length <= NAME_PREFIX_MAX ? `name ${folded}` : `full_name ${folded}`,
    ...(phone === "" ? [] : [`phone ${phone}`]),
    ...(/^\d{4}$/.test(folded) ? [`phone_tail ${folded}`] : []),
    ...(folded.includes("@") ? [`email ${folded}`] : []),
    ...(characters.length >= EMAIL_PREFIX_MIN && characters.length <= EMAIL_PREFIX_MAX ? [`email_start ${folded}`] : []),
    ...(/^\d{17}[\dx]$/.test(folded) ? [`id_card ${folded.toUpperCase()}`] : []),
  ];
  return texts.map(blind);
}

/** The start of a text trait as it stands in the index, for a typed text and for a value alike. */
export function textTerm(text: string): string {
  return `t:${fold(text).slice(0, TEXT_TERM_LENGTH_MAX)}`;
}

/** Everything one id can be found by through its traits. `blind` holds the terms of its tokens. */
export function termsOfState(state: TraitState, blind: Readonly<Record<string, readonly string[]>>): ReadonlySet<string> {
  const terms = new Set<string>();
  let texts = 0;
  for (const text of textsOf(state)) {
    if (tokenClass(text) !== undefined) {
      for (const term of blind[text] ?? []) terms.add(term);
    } else if (texts < TEXT_TERMS_PER_ORIGIN_MAX && isSearchable(text)) {
      terms.add(textTerm(text));
      texts += 1;
    }
  }
  return terms;
}

/** The texts among an id's traits, list elements too. */
export function* textsOf(state: TraitState): Generator<string> {
  for (const log of Object.values(state.k)) {
    const value: Json | undefined = valueOfLog(log);
    const elements: readonly (Json | undefined)[] = Array.isArray(value) ? (value as readonly Json[]).slice(0, LIST_ELEMENTS_MAX) : [value];
    for (const element of elements) if (typeof element === "string" && element !== "") yield element;
  }
}

/** Nobody types the start of a web address or of a machine's word. */
function isSearchable(text: string): boolean {
  return !/^(?:https?:|www\.|\$|~)/i.test(text) && text.trim() !== "" && !text.includes("\u0000");
}

function nameTexts(name: string): readonly string[] {
  const characters = Array.from(name);
  const starts = Array.from(
    { length: Math.min(characters.length, NAME_PREFIX_MAX) },
    (_, index) => `name ${characters.slice(0, index + 1).join("")}`,
  );
  return characters.length > NAME_PREFIX_MAX ? [...starts, `full_name ${name}`] : starts;
}

function phoneTexts(phone: string): readonly string[] {
  return phone.length < PHONE_TAIL ? [] : [`phone ${phone}`, `phone_tail ${phone.slice(-PHONE_TAIL)}`];
}

function emailTexts(email: string): readonly string[] {
  const local = Array.from(email.slice(0, Math.max(0, email.lastIndexOf("@"))));
  const longest = Math.min(local.length, EMAIL_PREFIX_MAX);
  const starts = Array.from(
    { length: Math.max(0, longest - EMAIL_PREFIX_MIN + 1) },
    (_, index) => `email_start ${local.slice(0, index + EMAIL_PREFIX_MIN).join("")}`,
  );
  return [`email ${email}`, ...starts];
}

function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase().trim().replace(/\s+/g, " ");
}
