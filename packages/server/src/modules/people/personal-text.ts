import type { PersonalClass } from "@terrace/domain/event/feed-event";
import { isJsonObject, type Json } from "@terrace/domain/json";
import { mask } from "@terrace/domain/personal/mask";

const TOKEN = /~(phone|email|id_card|name|address|ip|marked)\.[\w-]{22}/g;
const WHOLE_TOKEN = /^~(phone|email|id_card|name|address|ip|marked)\.[\w-]{22}$/;

/** The class of a text that is a token and nothing else. */
export function tokenClass(text: string): PersonalClass | undefined {
  // The expression admits nothing but classes.
  return text.startsWith("~") ? (WHOLE_TOKEN.exec(text)?.[1] as PersonalClass | undefined) : undefined;
}

/** All tokens anywhere in a value. */
export function tokensIn(value: Json, found: Set<string> = new Set()): Set<string> {
  if (typeof value === "string") {
    if (value.includes("~")) for (const match of value.matchAll(TOKEN)) found.add(match[0]);
  } else if (Array.isArray(value)) {
    for (const element of value) tokensIn(element as Json, found);
  } else if (isJsonObject(value)) {
    for (const [key, element] of Object.entries(value)) {
      tokensIn(key, found);
      tokensIn(element, found);
    }
  }
  return found;
}

/** What stands for a value that the vault has forgotten. */
export const ERASED = "***";

/** What stands in a value's place on screen; `opened` are the clear values the vault still has. */
export type Reveal = (personalClass: PersonalClass, token: string) => string;

/** Shows every personal value masked, or `***` when the vault has forgotten it. */
export function masked(opened: ReadonlyMap<string, string>): Reveal {
  return (personalClass, token) => {
    const clear = opened.get(token);
    return clear === undefined ? ERASED : mask(personalClass, clear);
  };
}

/** Shows every personal value in clear, or `***` when the vault has forgotten it. */
export function inClear(opened: ReadonlyMap<string, string>): Reveal {
  return (_, token) => opened.get(token) ?? ERASED;
}

/** A value with all its tokens replaced by what may be shown. */
export function reveal(value: Json, show: Reveal): Json {
  if (typeof value === "string") return revealText(value, show);
  if (Array.isArray(value)) return (value as readonly Json[]).map((element) => reveal(element, show));
  if (isJsonObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, element]) => [revealText(key, show), reveal(element, show)]));
  return value;
}

/** A text with all its tokens replaced by what may be shown. */
export function revealText(text: string, show: Reveal): string {
  if (!text.includes("~")) return text;
  // Most texts with a token are nothing else.
  const whole = tokenClass(text);
  return whole === undefined
    ? text.replace(TOKEN, (token, personalClass: string) => show(personalClass as PersonalClass, token))
    : show(whole, text);
}
