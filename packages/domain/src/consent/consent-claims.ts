import { isServerLibrary } from "../event/event-context.ts";
import { parseTime } from "../event/event-time.ts";
import type { FeedEvent } from "../event/feed-event.ts";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { EVERY_CHANNEL, EVERY_PURPOSE, type ConsentFact, type ConsentState } from "./consent-facts.ts";
import { CONSENT_WORD } from "./purposes.ts";

export const CONSENT_GIVEN = "Consent Given";
export const CONSENT_WITHDRAWN = "Consent Withdrawn";

/** Where a person said so; `preferences` is their own page of what they get, `message` a link in a message. */
export const CONSENT_SOURCES = ["web", "mini_program", "app", "store", "import", "operator", "server", "preferences", "message"] as const;
export type ConsentSource = (typeof CONSENT_SOURCES)[number];

/** A fact with where it comes from and what the person was shown. */
export type ConsentClaim = ConsentFact & {
  readonly source: ConsentSource;
  readonly textKey: string;
  /** 0 = not said. */
  readonly textVersion: number;
  readonly evidence: JsonObject;
};

type Said = Pick<FeedEvent, "name" | "properties" | "timeMs" | "receivedAtMs" | "source" | "messageId"> & {
  readonly context: Pick<FeedEvent["context"], "library" | "pageUrl">;
};

const NONE: readonly ConsentClaim[] = [];
const CLAIMS_MAX = 100;
const TEXT_VERSION_MAX = 1_000_000;

/**
 * What an event says about consent: `Consent Given` and `Consent Withdrawn` with `purpose` and `channel`, and the `$consent` that a
 * client repeats on its events. A withdrawal that names no readable purpose withdraws everything; a consent that names none gives nothing.
 * `$consent` counts only with the time of the choice (`at`): without it a device that was not told would revive what was withdrawn elsewhere.
 */
export function consentClaims(event: Said): readonly ConsentClaim[] {
  const named = event.name === CONSENT_GIVEN || event.name === CONSENT_WITHDRAWN;
  const carried = event.properties["$consent"];
  if (!named && carried === undefined) return NONE;
  const own = named ? claimsByName(event) : [];
  return [...own, ...(isJsonObject(carried) ? claimsCarried(event, carried) : [])].slice(0, CLAIMS_MAX);
}

function claimsByName(event: Said): readonly ConsentClaim[] {
  const { properties } = event;
  const state: ConsentState = event.name === CONSENT_GIVEN ? "given" : "withdrawn";
  const purposes = wordsOf(properties["purpose"] ?? properties["purposes"]);
  const channels = wordsOf(properties["channel"] ?? properties["channels"]);
  const told = { state, atMs: Math.min(event.timeMs, event.receivedAtMs), ...originOf(event, properties) };
  const wanted = purposes.length > 0 ? purposes : state === "withdrawn" ? [EVERY_PURPOSE] : [];
  // Channels that cannot be read narrow a withdrawal to nothing and widen a consent to everything: the first is widened, the second dropped.
  const unread = channels.length === 0 && (properties["channel"] ?? properties["channels"] ?? "") !== "";
  if (unread && state === "given") return [];
  return wanted.flatMap((purpose) =>
    (channels.length === 0 ? [EVERY_CHANNEL] : channels).map((channel) => ({ ...told, purpose, channel })),
  );
}

function claimsCarried(event: Said, carried: JsonObject): readonly ConsentClaim[] {
  const atMs = parseTime(carried["at"]);
  const choices = carried["purposes"];
  // A time that is still to come is a wrong clock; the claim counts once events are as late as it says.
  // What an import says of a person has no clock of its own: the time of a row may be older than the consent it tells of.
  const latestMs = event.source === "import" ? event.receivedAtMs : Math.min(event.timeMs, event.receivedAtMs);
  if (atMs === undefined || atMs > latestMs || !isJsonObject(choices)) return NONE;
  const told = { atMs, ...originOf(event, carried) };
  return flatChoices(choices).flatMap(([name, choice]) => {
    const [purpose = "", channel = EVERY_CHANNEL] = name.trim().toLowerCase().split(":");
    const state = stateOf(choice);
    if (state === undefined || !CONSENT_WORD.test(purpose) || (channel !== EVERY_CHANNEL && !CONSENT_WORD.test(channel))) return [];
    return [{ ...told, purpose, channel, state }];
  });
}

/** Choices by `purpose` or `purpose:channel`; `{ marketing: { sms: false } }` says the same as `{ "marketing:sms": false }`. */
function flatChoices(choices: JsonObject): readonly (readonly [string, Json])[] {
  return Object.entries(choices).flatMap(([name, choice]): readonly (readonly [string, Json])[] =>
    isJsonObject(choice) ? Object.entries(choice).map(([channel, inner]) => [`${name}:${channel}`, inner] as const) : [[name, choice]],
  );
}

function stateOf(choice: Json): ConsentState | undefined {
  if (choice === true || choice === "given" || choice === "granted") return "given";
  return choice === false || choice === "withdrawn" || choice === "denied" ? "withdrawn" : undefined;
}

function originOf(event: Said, said: JsonObject): Pick<ConsentClaim, "source" | "textKey" | "textVersion" | "evidence"> {
  const { text, text_version: version, evidence, source } = said;
  const number = typeof version === "string" ? Number(version) : version;
  return {
    source: CONSENT_SOURCES.find((one) => one === source) ?? sourceOf(event),
    textKey: typeof text === "string" && CONSENT_WORD.test(text) ? text : "",
    textVersion: typeof number === "number" && Number.isInteger(number) && number > 0 && number <= TEXT_VERSION_MAX ? number : 0,
    evidence: {
      message: event.messageId,
      ...(event.context.library === "" ? {} : { library: event.context.library }),
      ...(event.context.pageUrl === "" ? {} : { page: event.context.pageUrl }),
      ...(evidence === undefined ? {} : { evidence }),
    },
  };
}

function sourceOf({ source, context: { library } }: Said): ConsentSource {
  if (source === "import") return "import";
  if (source === "console") return "operator";
  if (/mini|wechat|weapp/i.test(library)) return "mini_program";
  if (/ios|android|flutter|react-native/i.test(library)) return "app";
  return source === "terrace" || isServerLibrary(library) ? "server" : "web";
}

function wordsOf(value: Json | undefined): readonly string[] {
  const given = Array.isArray(value) ? (value as readonly Json[]) : [value];
  const words = given.flatMap((one) => (typeof one === "string" ? [one.trim().toLowerCase()] : []));
  return [...new Set(words.filter((word) => CONSENT_WORD.test(word)))];
}
