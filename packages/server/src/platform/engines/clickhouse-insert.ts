/** An INSERT with data that comes in the request: everything before the data, taken apart so that a data file can be named in it. */
export type InsertStatement = Readonly<{
  /** `INSERT INTO t (a, b)` */
  target: string;
  /** `SETTINGS x = 1`, or empty. */
  settings: string;
  format: string;
  /** Data that followed the statement in the same text. */
  inlineData: string;
}>;

export type StatementKind =
  Readonly<{ kind: "query" }> | Readonly<{ kind: "insert"; insert: InsertStatement }> | Readonly<{ kind: "insert-input" }>;

type Token = Readonly<{ word: string; start: number; end: number; depth: number }>;

const SKIPPED = /(?:\s+|--[^\n]*(?:\n|$)|#[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)/y;
const QUOTED = /(?:`(?:[^`\\]|\\[\s\S]|``)*`|"(?:[^"\\]|\\[\s\S]|"")*"|'(?:[^'\\]|\\[\s\S]|'')*')/y;
const WORD = /[A-Za-z_0-9.$]+/y;

/** Beyond this many characters a statement's head cannot reach: what follows is data. */
const HEAD_CHARACTERS_MAX = 256 * 1024;

/**
 * Tells an INSERT whose rows come with the request from every other statement. Only the head is read: keywords outside quotes, comments
 * and parentheses decide, so data never does.
 */
export function readStatement(text: string): StatementKind {
  const tokens = new Tokens(text);
  if (tokens.next()?.word.toUpperCase() !== "INSERT") return QUERY;
  let settingsAt: number | undefined;
  for (let token = tokens.nextOutside(); token !== undefined; token = tokens.nextOutside()) {
    const keyword = token.word.toUpperCase();
    if (keyword === "SETTINGS") settingsAt ??= token.start;
    else if (ROWS_FROM_ELSEWHERE.has(keyword)) return readsInput(text) ? { kind: "insert-input" } : QUERY;
    else if (keyword === "VALUES") return cut(text, { formatAt: token.start, settingsAt, format: "Values", dataAt: token.end });
    else if (keyword === "FORMAT") return cutAtFormat(text, { formatAt: token.start, settingsAt, name: tokens.next() });
  }
  return QUERY;
}

const QUERY: StatementKind = { kind: "query" };
const ROWS_FROM_ELSEWHERE = new Set(["SELECT", "WITH", "INFILE", "WATCH"]);

function cutAtFormat(
  text: string,
  at: Readonly<{ formatAt: number; settingsAt: number | undefined; name: Token | undefined }>,
): StatementKind {
  if (at.name === undefined) return QUERY;
  return cut(text, { formatAt: at.formatAt, settingsAt: at.settingsAt, format: at.name.word, dataAt: at.name.end });
}

type Cut = Readonly<{ formatAt: number; settingsAt: number | undefined; format: string; dataAt: number }>;

function cut(text: string, at: Cut): StatementKind {
  const targetEnd = at.settingsAt ?? at.formatAt;
  const insert = {
    target: text.slice(0, targetEnd).trim(),
    settings: at.settingsAt === undefined ? "" : text.slice(at.settingsAt, at.formatAt).trim(),
    format: at.format,
    inlineData: text.slice(at.dataAt).replace(/^[ \t]*\r?\n?/, ""),
  };
  return { kind: "insert", insert };
}

function readsInput(text: string): boolean {
  const tokens = new Tokens(text);
  for (let token = tokens.next(); token !== undefined; token = tokens.next()) {
    if (token.word.toLowerCase() === "input" && text.slice(token.end).trimStart().startsWith("(")) return true;
  }
  return false;
}

/** Walks over the words of a statement's head, stepping over comments, quoted text and punctuation. */
class Tokens {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  next(): Token | undefined {
    while (this.#at < this.#text.length && this.#at < HEAD_CHARACTERS_MAX) {
      if (this.#match(SKIPPED) !== undefined || this.#match(QUOTED) !== undefined) continue;
      const start = this.#at;
      const word = this.#match(WORD);
      if (word !== undefined) return { word, start, end: this.#at, depth: this.#depth };
      this.#stepOverPunctuation();
    }
    return undefined;
  }

  /** The next word that is not inside parentheses. */
  nextOutside(): Token | undefined {
    for (let token = this.next(); token !== undefined; token = this.next()) {
      if (token.depth === 0) return token;
    }
    return undefined;
  }

  #stepOverPunctuation(): void {
    const character = this.#text[this.#at];
    if (character === "(") this.#depth += 1;
    if (character === ")") this.#depth -= 1;
    this.#at += 1;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined) return undefined;
    this.#at += found.length;
    return found;
  }
}

/** The statement that inserts the rows of a file. `path` must hold no wildcard characters. */
export function renderInsertFromFile(insert: InsertStatement, path: string): string {
  return `${insert.target} FROM INFILE ${quoteText(path)} COMPRESSION 'none' ${insert.settings} FORMAT ${insert.format}`;
}

/** A string literal of ClickHouse SQL. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
