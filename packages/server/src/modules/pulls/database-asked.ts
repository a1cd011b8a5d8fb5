/** How a database is asked: at an address that may be reached, for what is newer than `since`, until `signal`. */
export type DatabaseAsked = { readonly address: string; readonly since: string; readonly signal: AbortSignal };

/** Rows of a query: objects by column, values as text, numbers, booleans, JSON, bytes or null. */
export type PulledRows = readonly Readonly<Record<string, unknown>>[];
