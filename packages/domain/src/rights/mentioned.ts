import type { PersonalClass } from "../event/feed-event.ts";
import { IDENTITY_KINDS, IDENTITY_LENGTH_MAX, type IdentityRef } from "../identity/identity-kinds.ts";
import { normaliseIdentity } from "../identity/normalise-identity.ts";
import { isJsonObject, type Json } from "../json.ts";
import { redactText } from "../personal/redact-text.ts";

/** What a text written by somebody else may be naming a person by. */
export type Mention = { readonly id: IdentityRef } | { readonly class: PersonalClass; readonly value: string };

/** Shorter values are counts and flags as often as ids; they are taken for ids only under a key that says so. */
const TELLING_LENGTH_MIN = 6;
const ID_KEY = /id$|ids$|user|member|account|login|phone|mobile|mail|openid|^value$|会员|用户|账号|手机|邮箱/i;
const DEPTH_MAX = 64;

/** Every id and personal value that JSON text, or else any text of cells and words, may mean. The same one may come more than once. */
export function* mentionsIn(text: string): Generator<Mention> {
  let parsed: Json;
  try {
    parsed = JSON.parse(text) as Json;
  } catch {
    // Cut JSON and lines of CSV: whatever stands between separators.
    for (const piece of text.split(/[\s,;|"'{}[\]=&?#]+/)) if (piece.length >= TELLING_LENGTH_MIN) yield* mentionsOf(piece);
    yield* personalIn(text);
    return;
  }
  yield* mentionsInJson(parsed, "", 0);
}

function* mentionsInJson(value: Json, key: string, depth: number): Generator<Mention> {
  if (depth > DEPTH_MAX) return;
  if (typeof value === "string" || typeof value === "number") {
    const text = String(value);
    if (text.length >= TELLING_LENGTH_MIN || ID_KEY.test(key)) yield* mentionsOf(text);
    yield* personalIn(text);
  } else if (Array.isArray(value)) {
    for (const element of value as readonly Json[]) yield* mentionsInJson(element, key, depth + 1);
  } else if (isJsonObject(value)) {
    for (const [name, inner] of Object.entries(value)) {
      if (name.length >= TELLING_LENGTH_MIN) yield* mentionsOf(name);
      yield* mentionsInJson(inner, name, depth + 1);
    }
  }
}

function* mentionsOf(text: string): Generator<Mention> {
  if (text.length > IDENTITY_LENGTH_MAX) return;
  for (const kind of IDENTITY_KINDS) {
    const id = normaliseIdentity(kind, text);
    if (id.ok) yield { id: id.value };
  }
}

function* personalIn(text: string): Generator<Mention> {
  const found: Mention[] = [];
  redactText(text, (personalClass, value) => {
    found.push({ class: personalClass, value });
    return "~";
  });
  yield* found;
}
