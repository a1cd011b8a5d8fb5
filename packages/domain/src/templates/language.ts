import type { JsonObject } from "../json.ts";

/** Traits that may say a person's language, the first that does counts. */
const LANGUAGE_TRAITS = ["language", "$language", "locale", "$locale", "lang", "preferred_language"];
/** Words for languages as forms and imports write them. */
const WORDS: Readonly<Record<string, string>> = {
  chinese: "zh-cn",
  mandarin: "zh-cn",
  中文: "zh-cn",
  简体中文: "zh-cn",
  english: "en",
  英文: "en",
  英语: "en",
};

/** The language a person's traits tell, in small letters with hyphens; undefined when none does. */
export function languageOf(traits: JsonObject): string | undefined {
  for (const key of LANGUAGE_TRAITS) {
    const value = Object.hasOwn(traits, key) ? traits[key] : undefined;
    if (typeof value !== "string" || value.trim() === "") continue;
    const told = value.trim().toLowerCase().replaceAll("_", "-").split(".", 1)[0] ?? "";
    return WORDS[told] ?? told;
  }
  return undefined;
}

/** Which of the languages that are there suits best: the very same, else one of the same tongue (the first by name), else the default. */
export function chooseLanguage(wanted: string | undefined, present: readonly string[], fallback: string): string {
  if (wanted === undefined) return fallback;
  const asked = wanted.toLowerCase();
  if (present.includes(asked)) return asked;
  const tongue = tongueOf(asked);
  if (tongueOf(fallback) === tongue && present.includes(fallback)) return fallback;
  return present.toSorted().find((language) => tongueOf(language) === tongue) ?? fallback;
}

function tongueOf(language: string): string {
  return language.split("-", 1)[0] ?? language;
}
