import type { PersonalClass, Secret } from "../event/feed-event.ts";
import { keyClassOf, type KeyClass } from "./key-class.ts";
import { redactByClass, redactText, type Hide } from "./redact-text.ts";

/** What is known about a value before it is looked at: the class of its key, or that an operator marked the property. */
export type PersonalScope = KeyClass | "marked";

export type DetectorOptions = {
  /** Token of a value; the same value gives the same token within a workspace. */
  readonly tokenise: (personalClass: PersonalClass, value: string) => string;
  /** Top-level properties and traits that an operator marked personal. */
  readonly isMarked: (key: string) => boolean;
  /** In traits a plain `name` is a person's name. */
  readonly traits: boolean;
};

/** Finds personal values leaf by leaf, answers with what may be stored and gathers what was hidden. */
export type Detector = {
  /** A property name; personal data in it is replaced too. */
  readonly key: (key: string) => string;
  readonly scopeOf: (key: string, parent: PersonalScope, top: boolean) => PersonalScope;
  readonly text: (value: string, scope: PersonalScope) => string;
  readonly number: (value: number, scope: PersonalScope, key: string) => number | string;
};

/** Parts of an address that say where people live without saying where someone lives. */
const HARMLESS_ADDRESS_PARTS = new Set([
  "city",
  "state",
  "province",
  "region",
  "country",
  "countrycode",
  "country_code",
  "type",
  "城市",
  "省",
  "省份",
  "国家",
]);
/** Keys of numbers that are counted or measured, or that number things: eleven digits there are not a phone. */
const MEASURE =
  /(?:^|[_\s])(?:id|no|sn|code|amount|price|revenue|total|value|count|size|bytes|duration|time|timestamp|ts|ms)$|(?:Id|No|Time|At|Amount|Price|Total|Value|Count)$|_at$/;
const MOBILE_MIN = 13_000_000_000;
const MOBILE_MAX = 19_999_999_999;

/** Gathers what `hide` is asked to hide into `secrets` and answers with the token. */
export function secretKeeper(tokenise: DetectorOptions["tokenise"], secrets: Record<string, Secret>): Hide {
  return (personalClass, value) => {
    const token = tokenise(personalClass, value);
    secrets[token] ??= { class: personalClass, value };
    return token;
  };
}

/** A detector whose findings go to `hide`. */
export function createDetector(options: Omit<DetectorOptions, "tokenise">, hide: Hide): Detector {
  return {
    key: (key) => redactText(key, hide),
    scopeOf: (key, parent, top) => {
      if (top && options.isMarked(key)) return "marked";
      if (parent === "marked") return parent;
      return ownScope(key, parent, options.traits);
    },
    text: (value, scope) => {
      if (scope === "none") return redactText(value, hide);
      if (scope === "marked") return value === "" ? value : hide("marked", value);
      return redactByClass(scope, value, hide);
    },
    number: (value, scope, key) => {
      if (scope === "marked") return hide("marked", String(value));
      if (scope === "phone" || scope === "id_card") {
        const redacted = redactByClass(scope, String(value), hide);
        return redacted === String(value) ? value : redacted;
      }
      return value >= MOBILE_MIN && value <= MOBILE_MAX && Number.isInteger(value) && !MEASURE.test(key)
        ? hide("phone", String(value))
        : value;
    },
  };
}

function ownScope(key: string, parent: PersonalScope, traits: boolean): PersonalScope {
  if (parent === "address") return HARMLESS_ADDRESS_PARTS.has(key.toLowerCase()) ? "none" : "address";
  const own = keyClassOf(key);
  const scope = own === "trait_name" && !traits ? "none" : own;
  return scope === "none" ? parent : scope;
}
