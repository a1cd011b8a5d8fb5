/** The languages of the console; the first one is the default. */
export const LANGUAGES = ["zh-CN", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

/** The `Intl` locale that writes numbers and dates the way the language expects. */
export function intlLocale(language: Language): string {
  return language === "zh-CN" ? "zh-CN" : "en-US";
}
