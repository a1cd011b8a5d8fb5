/** Whose SQL a query is written in. */
export type QueryDialect = "postgres" | "mysql";

/** A query with the marks of its driver in place of `:since`; `sinceCount` is how often the value is to be handed over. */
export type BoundQuery = { readonly text: string; readonly sinceCount: number };

/** Parts of SQL in which a colon stands for itself: strings, quoted names, comments, casts, dollar quotes. */
const OPAQUE: Readonly<Record<QueryDialect, RegExp>> = {
  postgres: /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\w*)\$[\s\S]*?\$\1\$|::/g,
  mysql: /'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"|`[^`]*`|--[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\//g,
};

const MARKS: Readonly<Record<QueryDialect, string>> = { postgres: "$1", mysql: "?" };

/** Puts the driver's mark in place of `:since`, wherever it stands outside of strings, names and comments. */
export function bindSince(query: string, dialect: QueryDialect, mark = MARKS[dialect]): BoundQuery {
  let sinceCount = 0;
  const text = outside(query, dialect, (part) =>
    part.replaceAll(/(?<![\w:]):since\b/g, () => {
      sinceCount += 1;
      return mark;
    }),
  );
  return { text, sinceCount: dialect === "postgres" ? Math.min(sinceCount, 1) : sinceCount };
}

/** Whether a query is one that only reads: a `select`, also with `with` before it, that writes into no file. The database itself refuses what else would change data. */
export function isReadingQuery(query: string, dialect: QueryDialect): boolean {
  const bare = outside(query, dialect, (part) => part, " ");
  return /^[\s(]*(?:select|with)\b/i.test(bare) && !/\binto\s+(?:outfile|dumpfile)\b/i.test(bare);
}

/** Changes what stands outside of opaque parts; those stay, or become `instead`. An executable comment of MySQL is never opaque. */
function outside(query: string, dialect: QueryDialect, change: (part: string) => string, instead?: string): string {
  let text = "";
  let from = 0;
  for (const match of query.matchAll(OPAQUE[dialect])) {
    const isRun = dialect === "mysql" && match[0].startsWith("/*!");
    text += change(query.slice(from, match.index)) + (isRun ? match[0] : (instead ?? match[0]));
    from = match.index + match[0].length;
  }
  return text + change(query.slice(from));
}
