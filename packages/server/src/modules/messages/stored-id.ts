const STORED_ID_END = 2n ** 63n;

/** Whether a text is a number that a row or a person can have. */
export function isStoredId(text: string): boolean {
  return /^[1-9]\d{0,18}$/.test(text) && BigInt(text) < STORED_ID_END;
}
