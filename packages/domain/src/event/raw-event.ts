import type { IdentityRef } from "../identity/identity-kinds.ts";
import type { JsonObject } from "../json.ts";
import { createDetector, secretKeeper } from "../personal/detect.ts";
import { holdsPersonal, redactText } from "../personal/redact-text.ts";
import { fail, ok, type Result } from "../result.ts";
import type { DecodeContext } from "./decode-context.ts";
import { cleanContext, describeContext, type ContextFacts } from "./event-context.ts";
import type { EventContext, EventSource, FeedEvent, LinkClaim, Secret, TraitChange } from "./feed-event.ts";
import { SANITISED_KEY, sanitiseProperties } from "./sanitise-properties.ts";
import { cleanTraits } from "./trait-changes.ts";

/** UTF-16 code units of an event name and of a message id. */
export const EVENT_NAME_LENGTH_MAX = 255;
const MESSAGE_ID_LENGTH_MAX = 255;
/** Property of an event that names the traits it changed. */
const TRAITS_KEY = "$traits";
const TRAIT_NAMES_MAX = 50;
const FACET_KEYS = new Set(["$has_phone", "$email_domain"]);

/** One event in the words of the domain, but still as it came: in clear and unsanitised. */
export type RawEvent = {
  readonly source: EventSource;
  readonly messageId: string;
  readonly name: string;
  readonly timeMs: number;
  readonly ids: readonly IdentityRef[];
  readonly link: LinkClaim;
  readonly properties: JsonObject;
  readonly traits: readonly TraitChange[];
  /** Facts to be read, or context columns already made. */
  readonly context: { readonly facts: ContextFacts } | { readonly columns: Partial<EventContext> };
  /** What the decoder had to change. */
  readonly notes: readonly string[];
};

/** The tools of `DecodeContext` that finishing needs. */
export type FinishContext = Pick<
  DecodeContext,
  "workspaceId" | "receivedAtMs" | "tokenise" | "parseUserAgent" | "derivedId" | "isMarkedPersonal"
>;

/** Sanitises an event and replaces every personal value in it by a token: after this it may be stored. */
export function finishEvent(raw: RawEvent, context: FinishContext): Result<FeedEvent> {
  const named = checkName(raw.name);
  if (!named.ok) return named;
  // Tokens are all different: without a prototype the object is a plain table instead of a new shape per event.
  const secrets = Object.create(null) as Record<string, Secret>;
  const hide = secretKeeper(context.tokenise, secrets);
  const traits = cleanTraits(raw.traits, hide, (key) => context.isMarkedPersonal("$identify", key));
  if (!traits.ok) return traits;
  const detector = createDetector({ traits: false, isMarked: (key) => context.isMarkedPersonal(raw.name, key) }, hide);
  const cleaned = sanitiseProperties(raw.properties, detector);
  if (!cleaned.ok) return cleaned;
  const notes = [...raw.notes, ...cleaned.value.notes, ...traits.value.notes];
  const redact = (text: string) => redactText(text, hide);
  return ok({
    workspaceId: context.workspaceId,
    messageId: safeMessageId(raw.messageId, context.derivedId),
    source: raw.source,
    name: raw.name,
    timeMs: raw.timeMs,
    receivedAtMs: context.receivedAtMs,
    ids: raw.ids,
    link: raw.link,
    properties: withRemarks(cleaned.value.properties, traits.value.changes, notes),
    context:
      "facts" in raw.context
        ? describeContext(raw.context.facts, { parseUserAgent: context.parseUserAgent, redact })
        : cleanContext(raw.context.columns, redact),
    traits: traits.value.changes,
    secrets,
  });
}

/** Adds the names of the traits that the event changed (their values are kept with the person), and what was sanitised. */
function withRemarks(properties: JsonObject, changes: readonly TraitChange[], notes: readonly string[]): JsonObject {
  if (changes.length === 0 && notes.length === 0) return properties;
  const keys = changes.flatMap((change) => (change.op === "clear" || FACET_KEYS.has(change.key) ? [] : [change.key]));
  return {
    ...properties,
    ...(keys.length === 0 ? {} : { [TRAITS_KEY]: [...new Set(keys)].slice(0, TRAIT_NAMES_MAX) }),
    ...(notes.length === 0 ? {} : { [SANITISED_KEY]: notes }),
  };
}

/** A message id that may be stored: one with personal data in it, or too long, is replaced by its hash, so that repeats still meet. */
export function safeMessageId(messageId: string, derivedId: (text: string) => string): string {
  return messageId.length > MESSAGE_ID_LENGTH_MAX || !messageId.isWellFormed() || messageId.includes("\u0000") || holdsPersonal(messageId)
    ? derivedId(messageId)
    : messageId;
}

/** Names are remembered because a workspace has few of them; the answer is a pure function of the name. */
const goodNames = new Set<string>();
const GOOD_NAMES_MAX = 5_000;

function checkName(name: string): Result<string> {
  if (goodNames.has(name)) return ok(name);
  const wrong = nameFault(name);
  if (wrong !== undefined) return fail(wrong.code, { field: "event", mend: wrong.mend });
  if (goodNames.size < GOOD_NAMES_MAX) goodNames.add(name);
  return ok(name);
}

function nameFault(name: string): { readonly code: string; readonly mend: string } | undefined {
  if (name.trim() === "") return { code: "event.name_missing", mend: "Send the name of the event" };
  if (name.length > EVENT_NAME_LENGTH_MAX)
    return { code: "event.name_invalid", mend: `A name has at most ${EVENT_NAME_LENGTH_MAX} characters` };
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(name) || !name.isWellFormed())
    return { code: "event.name_invalid", mend: "A name holds valid Unicode without control characters" };
  return holdsPersonal(name)
    ? { code: "event.name_invalid", mend: "A name must not hold a phone number, an e-mail address or an id card; send them as properties" }
    : undefined;
}
