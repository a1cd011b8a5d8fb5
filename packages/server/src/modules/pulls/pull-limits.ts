/** Most of what one run brings. */
export const BYTES_MAX = 2 * 1024 * 1024 * 1024;
export const ROWS_MAX = 20_000_000;
/** Until its last byte is here; the databases are told so, too. */
export const RUN_WITHIN_MS = 30 * 60_000;
/** Rows of a query in memory at a time. */
export const ROWS_AT_ONCE = 1_000;
/** Until a database lets us in. */
export const CONNECT_WITHIN_MS = 15_000;
