import { isJsonObject, type Json } from "../json.ts";
import { redactText } from "../personal/redact-text.ts";

/** What tells whether a text names some people. */
export type Naming = {
  /** JSON text, or else words, with one of their ids, phone numbers, e-mail addresses or id cards in it. */
  readonly mentions: (text: string) => boolean;
  /** A value that is one of their personal values of any class, a name among them. */
  readonly isValue: (value: string) => boolean;
};

/** Stands where something was that named an erased person. */
export const HIDDEN = "***";

const PIECE = /[^\s,;|"'{}[\]=&?#，。；：、！？（）《》「」]+/gu;
const TELLING_LENGTH_MIN = 6;
const HAN = /\p{Script=Han}{2,}/gu;
/** Chinese names are this long at most, and stand in text without a space. */
const NAME_LENGTH_MAX = 4;
/** Longer words are no ids. */
const PIECE_LENGTH_MAX = 512;

/** A text that somebody wrote, without what names some people; the same string when nothing does. */
export function textWithout(text: string, naming: Naming): string {
  if (naming.isValue(text.trim())) return HIDDEN;
  let isNamed = false;
  const hide = (): string => {
    isNamed = true;
    return HIDDEN;
  };
  const told = (value: string): boolean => naming.mentions(JSON.stringify(value));
  const withoutPersonal = redactText(text, (_, value) => (told(value) ? hide() : value));
  const withoutIds = withoutPersonal.replace(PIECE, (piece) => {
    if (piece.length > PIECE_LENGTH_MAX) return piece;
    return (piece.length >= TELLING_LENGTH_MIN && told(piece)) || naming.isValue(piece) ? hide() : piece;
  });
  const kept = withoutIds.replace(HAN, (run) => withoutNames(run, (name) => naming.isValue(name) && hide() === HIDDEN));
  if (isNamed) return kept;
  // An id with a space in it.
  return text.length <= PIECE_LENGTH_MAX && told(text) ? HIDDEN : text;
}

function withoutNames(run: string, isName: (part: string) => boolean): string {
  const letters = [...run];
  let kept = "";
  for (let at = 0; at < letters.length;) {
    const lengths = Array.from({ length: NAME_LENGTH_MAX - 1 }, (_, index) => NAME_LENGTH_MAX - index);
    const length = lengths.find((each) => at + each <= letters.length && isName(letters.slice(at, at + each).join("")));
    kept += length === undefined ? (letters[at] ?? "") : HIDDEN;
    at += length ?? 1;
  }
  return kept;
}

/** Parts of questions and reports that say what is asked, never of whom. */
const STRUCTURE: ReadonlySet<string> = new Set(
  "kind metric segment analysis event property trait column from to day id figure by unit better section zone currency level method range interval date previous next zh en".split(
    " ",
  ),
);
/** Here a number is a value that was typed; elsewhere it is a figure or a limit. */
const TYPED: ReadonlySet<string> = new Set(["is", "isNot"]);

/** A question, a definition or a report without what names some people; the same object when nothing does. */
export function jsonWithout(json: Json, naming: Naming): Json {
  return walk(json, "", naming);
}

function walk(value: Json, key: string, naming: Naming): Json {
  if (typeof value === "string") return STRUCTURE.has(key) ? value : textWithout(value, naming);
  if (typeof value === "number") return TYPED.has(key) && naming.mentions(String(value)) ? HIDDEN : value;
  if (Array.isArray(value)) {
    const list = value as readonly Json[];
    const kept = list.map((element) => walk(element, key, naming));
    return kept.some((element, index) => element !== list[index]) ? kept : value;
  }
  if (!isJsonObject(value)) return value;
  const kept = Object.entries(value).map(
    ([name, inner]) => [name, inner, inner === undefined ? inner : walk(inner, name, naming)] as const,
  );
  return kept.some(([, before, after]) => before !== after) ? Object.fromEntries(kept.map(([name, , after]) => [name, after])) : value;
}
