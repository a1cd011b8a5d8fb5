/** Without letters and digits that look alike: 0 o 1 i l. */
const ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz";
const LENGTH = 9;
export const CODE_LENGTH_MAX = 32;
/** A code of somebody's own choosing. */
export const VANITY_PATTERN = /^[A-Za-z0-9](?:[A-Za-z0-9-]{2,30})[A-Za-z0-9]$/;
/** Bytes from here on would make some letters likelier than others. */
const FAIR_BELOW = Math.floor(256 / ALPHABET.length) * ALPHABET.length;

/** Draws a code: 31^9 of them (26 million million) cannot be tried out through a limited door. */
export function drawCode(randomBytes: (count: number) => Uint8Array): string {
  let code = "";
  while (code.length < LENGTH)
    for (const byte of randomBytes(LENGTH * 2))
      if (byte < FAIR_BELOW && code.length < LENGTH) code += ALPHABET.charAt(byte % ALPHABET.length);
  return code;
}

/** A code as it is stored: case and spaces around it do not count. Undefined for what cannot be one. */
export function readCode(text: string): string | undefined {
  const code = text.trim();
  return VANITY_PATTERN.test(code) ? code.toLowerCase() : undefined;
}

/** The landing page with the code on it, and nothing else of it changed. */
export function landingWith(landing: string, parameter: string, code: string | undefined): string {
  const url = new URL(landing);
  if (code !== undefined) url.searchParams.set(parameter, code);
  return url.href;
}
