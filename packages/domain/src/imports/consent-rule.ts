import type { Json, JsonObject } from "../json.ts";
import { isoInstant } from "../time/zoned-time.ts";
import { type ColumnIndex } from "./cells.ts";
import { type Cells } from "./cells.ts";
import { CellFault } from "./cells.ts";
import type { TimeReader } from "./time-format.ts";

/** A column in which people say yes or no to a purpose, by one channel or ("") by any. */
export type ConsentChoice = { readonly purpose: string; readonly channel: string; readonly column: string };

/** What a file says about consent: goes into the ledger with the source "import". */
export type ConsentRule = {
  readonly choices: readonly ConsentChoice[];
  /** When people chose: a column, a time for all (Unix ms) where it is empty; without both as of the row. */
  readonly at: { readonly column: string | undefined; readonly read: TimeReader; readonly otherwiseMs: number | undefined };
  /** Version of the text they agreed to: a column, or one for all. */
  readonly version: { readonly column: string | undefined; readonly otherwise: number };
  /** Key of that text, "" when nobody says. */
  readonly text: string;
};

const YES =
  /^(?:是|同意|已同意|接受|已接受|授权|已授权|订阅|已订阅|允许|已允许|开启|已开启|开|√|✓|✔|1|true|t|yes|y|on|given|granted|accepted|accepts|agreed|subscribed|opted[ _-]?in|opt[ _-]?in)$/iu;
const NO =
  /^(?:否|不同意|未同意|拒绝|已拒绝|不接受|未接受|未授权|取消授权|已取消|取消|退订|已退订|未订阅|不允许|关闭|已关闭|关|×|✗|✘|0|false|f|no|n|off|withdrawn|denied|declined|refused|unsubscribed|not[ _-]?subscribed|opted[ _-]?out|opt[ _-]?out)$/iu;

/** Whether a cell says yes or no; undefined when it says neither. */
export function readChoice(text: string): boolean | undefined {
  const word = text.normalize("NFKC").trim();
  if (YES.test(word)) return true;
  return NO.test(word) ? false : undefined;
}

/** The `$consent` of a row, as a client would carry it on its events; undefined when the row says nothing about consent. */
export function bindConsent(
  rule: ConsentRule,
  at: ColumnIndex,
): (cells: Cells, rowMs: number | undefined) => JsonObject | CellFault | undefined {
  const choices = rule.choices.map((choice) => ({
    index: at(choice.column),
    name: choice.channel === "" ? choice.purpose : `${choice.purpose}:${choice.channel}`,
    unclear: new CellFault(choice.column, "The value says neither yes nor no; write 是 or 否, yes or no"),
  }));
  const time = bindAt(rule, at);
  const version = bindVersion(rule, at);
  return (cells, rowMs) => {
    const purposes: Record<string, Json> = {};
    for (const { index, name, unclear } of choices) {
      const text = (cells[index] ?? "").trim();
      if (text === "") continue;
      const choice = readChoice(text);
      if (choice === undefined) return unclear;
      purposes[name] = choice;
    }
    if (Object.keys(purposes).length === 0) return undefined;
    const atMs = time(cells, rowMs);
    if (atMs instanceof CellFault) return atMs;
    const number = version(cells);
    if (number instanceof CellFault) return number;
    return {
      at: isoInstant(atMs),
      purposes,
      ...(rule.text === "" ? {} : { text: rule.text }),
      ...(number === 0 ? {} : { text_version: number }),
    };
  };
}

function bindAt(
  { at: { column, read, otherwiseMs } }: ConsentRule,
  at: ColumnIndex,
): (cells: Cells, rowMs: number | undefined) => number | CellFault {
  const index = column === undefined ? undefined : at(column);
  const unread = new CellFault(column ?? "", "The time of the consent cannot be read; write it with the year first, e.g. 2026-01-31 15:04");
  const missing = new CellFault(column ?? "", "The time of the consent is empty");
  return (cells, rowMs) => {
    const text = index === undefined ? "" : (cells[index] ?? "").trim();
    return text === "" ? (otherwiseMs ?? rowMs ?? missing) : (read(text) ?? unread);
  };
}

const VERSION_MAX = 1_000_000;

function bindVersion({ version: { column, otherwise } }: ConsentRule, at: ColumnIndex): (cells: Cells) => number | CellFault {
  if (column === undefined) return () => otherwise;
  const index = at(column);
  const unread = new CellFault(column, "The version of the text is not a whole number, such as 3 or V3");
  return (cells) => {
    const text = (cells[index] ?? "").normalize("NFKC").trim();
    if (text === "") return otherwise;
    const digits = /^[vV]?(\d{1,7})(?:\.0+)?$/u.exec(text)?.[1];
    const number = Number(digits);
    return digits === undefined || number < 1 || number > VERSION_MAX ? unread : number;
  };
}
