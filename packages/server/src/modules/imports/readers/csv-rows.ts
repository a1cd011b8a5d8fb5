import { brokenRow } from "@terrace/domain/imports/broken-row";
import { parse } from "csv-parse/sync";

/** A record longer than this (UTF-16 code units) is given up: usually a quote that is never closed. */
const RECORD_LENGTH_MAX = 1024 * 1024;
const QUOTE = 34;
const NEWLINE = 10;

/** Turns text into records, piece by piece. */
export type RecordReader = {
  /** The records that end within this piece. */
  readonly write: (text: string) => readonly (readonly string[])[];
  readonly end: () => readonly (readonly string[])[];
};

/**
 * RFC 4180 with a choice of delimiter; empty lines are left out, a quote inside an unquoted cell is part of it. Lines without quotes are split as
 * they are, which is ten times faster; the others go to csv-parse. A record without an end comes out as a `brokenRow`, so that it is
 * rejected under its own row number with the line of the file.
 */
export function csvRecords(delimiter: string): RecordReader {
  const separator = delimiter.charCodeAt(0);
  let rest = "";
  /** Lines of the file before `rest`. */
  let lines = 0;
  /** In a record that was given up: nothing counts before its line ends. */
  let skipping = false;
  const read = (text: string, isEnd: boolean): readonly (readonly string[])[] => {
    const records: (readonly string[])[] = [];
    let at = 0;
    let quote = text.indexOf('"');
    /** Records with quotes that follow each other are parsed together. */
    let quotedFrom = 0;
    const flushQuoted = (): void => {
      if (quotedFrom < at) records.push(...parseQuoted(text.slice(quotedFrom, at), delimiter));
    };
    while (at < text.length) {
      if (quote !== -1 && quote < at) quote = text.indexOf('"', at);
      const lineEnd = endOfLine(text, at, isEnd);
      const isPlain = lineEnd !== -1 && (quote === -1 || quote >= lineEnd);
      const end = isPlain ? lineEnd : endOfRecord(text, at, separator, isEnd);
      if (end === -1) break;
      if (isPlain) {
        flushQuoted();
        pushPlain(records, text.slice(at, end), delimiter);
        quotedFrom = end;
      }
      lines += isPlain ? 1 : countLines(text, at, end);
      at = end;
    }
    flushQuoted();
    rest = text.slice(at);
    return records;
  };
  return {
    write: (text) => {
      const next = skipping ? text.indexOf("\n") : 0;
      if (next === -1) return [];
      if (skipping) lines += 1;
      const records = read(rest + (skipping ? text.slice(next + 1) : text), false);
      skipping = false;
      if (rest.length <= RECORD_LENGTH_MAX) return records;
      const lineEnd = rest.indexOf("\n", RECORD_LENGTH_MAX);
      const end = lineEnd === -1 ? rest.length : lineEnd + 1;
      skipping = lineEnd === -1;
      const broken = brokenRow(whyEndless(rest, lines, separator));
      lines += countLines(rest, 0, end);
      rest = rest.slice(end);
      return [...records, broken];
    },
    end: () => {
      const records = read(rest, true);
      return rest === "" ? records : [...records, brokenRow(whyEndless(rest, lines, separator))];
    },
  };
}

function endOfLine(text: string, from: number, isEnd: boolean): number {
  const newline = text.indexOf("\n", from);
  return newline === -1 ? (isEnd ? text.length : -1) : newline + 1;
}

/** Where the record that begins at `from` ends, behind its line break; −1 when that is not in the text. */
function endOfRecord(text: string, from: number, separator: number, isEnd: boolean): number {
  let isCellStart = true;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === NEWLINE) return at + 1;
    if (code === QUOTE && isCellStart) {
      at = closingQuote(text, at + 1, isEnd);
      if (at === -1) return -1;
    }
    isCellStart = code === separator;
  }
  return isEnd ? text.length : -1;
}

/** The quote that ends a quoted cell; −1 when it is not in the text, or when the text ends before one can tell it from a doubled one. */
function closingQuote(text: string, from: number, isEnd: boolean): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 2)) {
    if (at + 1 === text.length) return isEnd ? at : -1;
    if (text.charCodeAt(at + 1) !== QUOTE) return at;
  }
  return -1;
}

function pushPlain(records: (readonly string[])[], line: string, delimiter: string): void {
  const end = line.endsWith("\r\n") ? line.length - 2 : line.endsWith("\n") ? line.length - 1 : line.length;
  if (end > 0) records.push(line.slice(0, end).split(delimiter));
}

function parseQuoted(text: string, delimiter: string): readonly (readonly string[])[] {
  return parse(text, { delimiter, record_delimiter: ["\r\n", "\n"], relax_column_count: true, relax_quotes: true, skip_empty_lines: true });
}

/** What is wrong with a record that does not end; `linesBefore` lines of the file stand before it. */
function whyEndless(text: string, linesBefore: number, separator: number): string {
  const quote = openQuote(text, separator);
  return quote === undefined
    ? `The row that begins in line ${linesBefore + 1} of the file is longer than ${RECORD_LENGTH_MAX / 1024 / 1024} MB`
    : `A quote that opens in line ${linesBefore + 1 + countLines(text, 0, quote)} of the file is never closed`;
}

/** Where the quoted cell begins that the text does not close. */
function openQuote(text: string, separator: number): number | undefined {
  let isCellStart = true;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE && isCellStart) {
      const end = closingQuote(text, at + 1, true);
      if (end === -1) return at;
      at = end;
    }
    isCellStart = code === separator;
  }
  return undefined;
}

function countLines(text: string, from: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", from); at !== -1 && at < end; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

/** One JSON object per line; the cells of a line are the values at `columns` (dotted paths), objects and lists as JSON text. A line that is no object has one cell too many. */
export function jsonRecords(columns: readonly string[]): RecordReader {
  const paths = columns.map((column) => ({ column, path: column.split(".") }));
  let rest = "";
  const read = (line: string): readonly string[] => {
    const object = parseObject(line);
    return object === undefined
      ? [...columns.map(() => ""), "(not a JSON object)"]
      : paths.map(({ column, path }) => cellOf(Object.hasOwn(object, column) ? object[column] : valueAt(object, path)));
  };
  let skipping = false;
  return {
    write: (text) => {
      const lines = `${rest}${text}`.split("\n");
      if (skipping && lines.length > 1) lines.shift();
      else if (skipping) return [];
      rest = lines.pop() ?? "";
      const records = lines.filter((line) => line.trim() !== "").map(read);
      skipping = rest.length > RECORD_LENGTH_MAX;
      if (!skipping) return records;
      rest = "";
      return [...records, brokenRow(`The line is longer than ${RECORD_LENGTH_MAX / 1024 / 1024} MB`)];
    },
    end: () => (rest.trim() === "" ? [] : [read(rest)]),
  };
}

function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

function valueAt(object: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, key)
        ? (value as Readonly<Record<string, unknown>>)[key]
        : undefined,
    object,
  );
}

function cellOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
