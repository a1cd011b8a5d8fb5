import { ch, type ChStatement } from "./clickhouse.ts";

const TOKEN = "^~[a-z_]{2,12}\\.[0-9A-Za-z_-]{22}$";

/** The condition that a text stands for a personal value (`domain/personal/hide-tokens`); nobody is told or grouped by one. */
export function isTokenSql(text: ChStatement): ChStatement {
  // Few texts begin like one, and looking for a pattern costs far more.
  return ch`(startsWith(${text}, '~') and match(${text}, ${ch.value("String", TOKEN)}))`;
}
