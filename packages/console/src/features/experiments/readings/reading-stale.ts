/** How long the answer of a reading is kept: it is asked of the warehouse, and going to another page and back changes nothing in it. */
export const READING_STALE_MS = 300_000;
