import type { Text, TextKey, textOr } from "../../app/i18n.ts";

type Told = { readonly code: string; readonly detail: string };
/** How words are found: by a known key, or by one put together at run time. */
type Words = { readonly text: Text; readonly textOr: typeof textOr };

/** What the schema check says, in the server's English, and the text that says the same in the language of the console. */
const SCHEMA_SAYS: readonly { readonly pattern: RegExp; readonly key: TextKey }[] = [
  { pattern: /^(?<name>.+) is required$/, key: "quarantine.says.required" },
  { pattern: /^(?<name>.+) is not in the schema$/, key: "quarantine.says.unknown" },
  { pattern: /^(?<name>.+) must be (?<type>[a-z]+)$/, key: "quarantine.says.type" },
  { pattern: /^(?<name>.+) is not one of the (?<count>\d+) allowed values$/, key: "quarantine.says.oneOf" },
];

/** What is wrong with a refused event in the language of the console: what the schema says of it, else how events of this code are mended. */
export function detailText(words: Words, { code, detail }: Told): string {
  if (code === "event.schema_mismatch")
    for (const { pattern, key } of SCHEMA_SAYS) {
      const found = pattern.exec(detail)?.groups;
      // The count is a number, so that it decides the plural.
      if (found !== undefined) return words.text(key, { ...found, ...("count" in found ? { count: Number(found["count"]) } : {}) });
    }
  return mendText(words, code);
}

/** How events refused with this code are mended. */
export function mendText({ text, textOr: find }: Words, code: string): string {
  return find(`mend.${code}`, text("quarantine.mendDefault"));
}
