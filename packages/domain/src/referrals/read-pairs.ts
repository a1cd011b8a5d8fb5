import { IDENTITY_LENGTH_MAX } from "../identity/identity-kinds.ts";
import { timeReader } from "../imports/time-format.ts";
import { CODE_LENGTH_MAX } from "./code.ts";

/** A row that says who was invited by whom, or by which code; `at` in Unix ms, undefined where the row names no time. */
export type PairRow = {
  /** Its place in the file, from 1, the header included. */
  readonly row: number;
  readonly invitee: string;
  readonly inviter: string;
  readonly code: string;
  readonly atMs: number | undefined;
};
/** `who`: no invited person; `one`: neither or both of inviter and code; `time`: not a time; `long`: longer than an id or a code can be. */
export type PairFault = { readonly row: number; readonly why: "who" | "one" | "time" | "long" };
export type PairsRead = { readonly pairs: readonly PairRow[]; readonly refused: readonly PairFault[] };

const COLUMNS = {
  invitee: ["invitee", "invited", "invitee_id", "被邀请人"],
  inviter: ["inviter", "inviter_id", "邀请人"],
  code: ["code", "邀请码"],
  time: ["time", "at", "bound_at", "时间"],
} as const;

/**
 * Reads a table of invitations (CSV as in RFC 4180; comma, semicolon or tab) whose header names `invitee`, `inviter` or `code`, and perhaps `time`, in any
 * order. Times in any usual spelling; without a zone they are of `zone`. Undefined without such a header.
 */
export function readPairs(text: string, zone: string): PairsRead | undefined {
  const [header = [], ...rows] = cellsOf(text.replace(/^\uFEFF/u, ""));
  const names = header.map((name) => name.trim().toLowerCase());
  const place = (column: keyof typeof COLUMNS) => names.findIndex((name) => COLUMNS[column].some((known) => known === name));
  const at = { invitee: place("invitee"), inviter: place("inviter"), code: place("code"), time: place("time") };
  if (at.invitee === -1 || (at.inviter === -1 && at.code === -1)) return undefined;
  const readTime = timeReader("auto", zone);
  const pairs: PairRow[] = [];
  const refused: PairFault[] = [];
  for (const [index, cells] of rows.entries()) {
    const cell = (column: keyof typeof at): string => (cells[at[column]] ?? "").trim();
    const [row, time] = [index + 2, cell("time")];
    const pair = {
      row,
      invitee: cell("invitee"),
      inviter: cell("inviter"),
      code: cell("code"),
      atMs: time === "" ? undefined : readTime(time),
    };
    if (cells.every((each) => each.trim() === "")) continue;
    const why = faultOf(pair, time);
    if (why === undefined) pairs.push(pair);
    else refused.push({ row, why });
  }
  return { pairs, refused };
}

function faultOf({ invitee, inviter, code, atMs }: PairRow, time: string): PairFault["why"] | undefined {
  if (invitee === "") return "who";
  if ((inviter === "") === (code === "")) return "one";
  if (Math.max(invitee.length, inviter.length) > IDENTITY_LENGTH_MAX || code.length > CODE_LENGTH_MAX) return "long";
  return time !== "" && atMs === undefined ? "time" : undefined;
}

/** The cells of each record; a quote that is never closed ends with the text. */
function cellsOf(text: string): readonly (readonly string[])[] {
  const delimiter = delimiterOf(text);
  const records: string[][] = [];
  // A cell, quoted or not, and what ends it.
  const cell = new RegExp(`(?:"((?:[^"]|"")*)(?:"|$)[^${delimiter}\\r\\n]*|([^${delimiter}\\r\\n]*))(${delimiter}|\\r?\\n|\\r|$)`, "gyu");
  let cells: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(cell)) {
    cells.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
    if (end === delimiter) continue;
    records.push(cells);
    cells = [];
  }
  return records;
}

function delimiterOf(text: string): string {
  const [header = ""] = text.split(/\r?\n/u, 1);
  const counted = [",", ";", "\t"].map((mark) => ({ mark, count: header.split(mark).length }));
  return counted.toSorted((a, b) => b.count - a.count)[0]?.mark ?? ",";
}
