import type { Language } from "../../ui/format/language.ts";

/** Each language in its own words, the same in every language. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { "zh-CN": "简体中文", en: "English" };
