const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const CHECK_CHARACTERS = "10X98765432";

/** True for an 18-character Chinese id-card number whose check character is right (GB 11643-1999). */
export function isIdCard(text: string): boolean {
  if (!/^[1-9]\d{16}[\dXx]$/.test(text)) return false;
  let sum = 0;
  for (let at = 0; at < WEIGHTS.length; at += 1) sum += (WEIGHTS[at] ?? 0) * (text.charCodeAt(at) - 48);
  return CHECK_CHARACTERS[sum % 11] === text[17]?.toUpperCase();
}
