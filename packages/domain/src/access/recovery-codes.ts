/** Letters and digits that are not taken for one another (Crockford). */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const GROUP = 4;

/** Writes random bytes, five or a multiple of them, as a recovery code in groups of four letters. */
export function recoveryCodeText(random: Uint8Array): string {
  const bits = [...random].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const letters = (bits.match(/.{5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five, 2)] ?? "").join("");
  return (letters.match(new RegExp(`.{1,${GROUP}}`, "g")) ?? []).join("-");
}
