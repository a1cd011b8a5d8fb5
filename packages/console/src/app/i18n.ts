import type { InBothLanguages } from "@terrace/domain/in-both-languages";
import i18next from "i18next";
import { useCallback } from "react";
import { initReactI18next, useTranslation } from "react-i18next";
import type { Language } from "../ui/format/language.ts";
import { en } from "./locale/en.ts";
import { zhCn } from "./locale/zh-cn.ts";
import { getPreferences, setPreferences } from "./preferences.ts";

type Stored = keyof typeof zhCn;
/** Every text of the console by key; a key with `_other` is a plural and is asked for without it, with `count`. */
export type TextKey = Stored extends infer Key ? (Key extends `${infer Base}_other` ? Base : Key) : never;
export type TextValues = Readonly<Record<string, string | number>>;
/** Looks a text up in the language of the console and fills in its values. */
export type Text = (key: TextKey, values?: TextValues) => string;

void i18next.use(initReactI18next).init({
  lng: getPreferences().language,
  fallbackLng: "zh-CN",
  resources: { "zh-CN": { translation: zhCn }, en: { translation: en } },
  keySeparator: false,
  nsSeparator: false,
  interpolation: { escapeValue: false },
  initAsync: false,
});
document.documentElement.lang = getPreferences().language;

/** The text function of the current language; components that use it are drawn again when the language changes. */
export function useText(): Text {
  const { t } = useTranslation();
  return useCallback((key, values) => t(key, values ?? {}), [t]);
}

/** The language on screen. */
export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return i18n.language === "en" ? "en" : "zh-CN";
}

/** Picks the language shown of what operators wrote in both. */
export function useWords(): (words: InBothLanguages) => string {
  const language = useLanguage();
  return ({ zh, en }) => (language === "en" ? en : zh);
}

/** A text whose key is put together at run time (fault codes, audit actions), or the fallback when there is none. */
export function textOr(key: string, fallback: string, values: Readonly<Record<string, string | number | boolean>> = {}): string {
  return i18next.exists(key) ? i18next.t(key, values) : fallback;
}

/** Changes the language at once and remembers it. */
export async function changeLanguage(language: Language): Promise<void> {
  setPreferences({ language });
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}
