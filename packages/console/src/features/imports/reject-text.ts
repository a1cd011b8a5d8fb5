import type { Text, TextKey } from "../../app/i18n.ts";

/** What the server says of rejected rows, in English, and the text that says the same in the language of the console. */
const SAYS: readonly { readonly pattern: RegExp; readonly key: TextKey }[] = [
  { pattern: /^The time is empty$/, key: "imports.says.timeEmpty" },
  { pattern: /^The time cannot be read;/, key: "imports.says.timeUnread" },
  { pattern: /^The time is not written as (?<format>.+)$/, key: "imports.says.timeFormat" },
  { pattern: /^The row has no id$/, key: "imports.says.noId" },
  { pattern: /^The number was rounded by a spreadsheet;/, key: "imports.says.rounded" },
  { pattern: /^The row has (?<cells>\d+) cells, the header (?<header>\d+)$/, key: "imports.says.cells" },
  { pattern: /^The value is not an? (?<type>number|amount)$/, key: "imports.says.number" },
  { pattern: /^The value is not a boolean$/, key: "imports.says.boolean" },
  { pattern: /^The value is not a date$/, key: "imports.says.timeUnread" },
  { pattern: /^(?<name>.+) is required and the cell is empty$/, key: "imports.says.required" },
  { pattern: /^Row (?<row>\d+) of the same group is invalid$/, key: "imports.says.group" },
  { pattern: /^A row of totals$/, key: "imports.says.totals" },
  { pattern: /^Not paid(?:, or closed)?$/, key: "imports.says.unpaid" },
  { pattern: /^A quote that opens in line (?<line>\d+) of the file is never closed$/, key: "imports.says.quote" },
  { pattern: /^The event has no name$/, key: "imports.says.noEvent" },
  { pattern: /^The value says neither yes nor no;/, key: "imports.says.yesNo" },
  { pattern: /^The time of the consent lies in the future$/, key: "imports.says.future" },
  { pattern: /^The time of the consent (?:is empty|cannot be read)/, key: "imports.says.consentTime" },
  { pattern: /^The version of the text is not a whole number/, key: "imports.says.version" },
];

/** Why a row was rejected, in the language of the console; as the server says it where there is no word for that. */
export function rejectText(text: Text, detail: string): string {
  for (const { pattern, key } of SAYS) {
    const found = pattern.exec(detail);
    if (found !== null) return text(key, found.groups ?? {});
  }
  return detail;
}
