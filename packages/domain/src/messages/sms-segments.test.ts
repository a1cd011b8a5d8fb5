import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { signedText, smsLength, type SmsCounting } from "./sms-segments.ts";

const GSM7 =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const TWO_SEPTETS = "\f^{}\\[~]|€";

/** Slow and plain: writes the text into messages of a size, one character after the other, until it fits into some number of them. */
function segmentsByWriting(text: string, counting: SmsCounting): number {
  const characters = [...text];
  const isGsm = counting === "international" && characters.every((character) => (GSM7 + TWO_SEPTETS).includes(character));
  const placesOf = (character: string): string[] =>
    isGsm ? (TWO_SEPTETS.includes(character) ? ["escape", character] : [character]) : character.split("");
  const whole = characters.map(placesOf);
  if (whole.flat().length === 0) return 0;
  if (whole.flat().length <= (isGsm ? 160 : 70)) return 1;
  const room = isGsm ? 153 : 67;
  const written: string[][] = [[]];
  const pieces = counting === "mainland" ? whole.flat().map((unit) => [unit]) : whole;
  for (const piece of pieces) {
    const last = written.at(-1) ?? [];
    if (last.length + piece.length > room) written.push([...piece]);
    else last.push(...piece);
  }
  return written.length;
}

const texts = fc.oneof(
  fc.string({ unit: fc.constantFrom(..."abc XYZ019@£éà", ...TWO_SEPTETS), maxLength: 500 }),
  fc.string({ unit: fc.constantFrom(..."您好,的订单已发出a1€", "😀", "👩‍👧"), maxLength: 300 }),
  fc.string({ unit: "grapheme", maxLength: 300 }),
);

describe("the length of a text message", () => {
  test("is what writing it into messages one after the other takes, whatever the text", () => {
    fc.assert(
      fc.property(texts, fc.constantFrom<SmsCounting>("international", "mainland"), (text, counting) => {
        const { segments, unitsLeft } = smsLength(text, counting);
        expect(segments).toBe(segmentsByWriting(text, counting));
        expect(unitsLeft).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test("turns at 160 and 153 septets, and at 70 and 67 characters", () => {
    const cases = [
      ["a", 160, "international", 1],
      ["a", 161, "international", 2],
      ["a", 306, "international", 2],
      ["a", 307, "international", 3],
      ["中", 70, "international", 1],
      ["中", 71, "international", 2],
      ["中", 134, "mainland", 2],
      ["中", 135, "mainland", 3],
      ["a", 71, "mainland", 2],
    ] as const;
    for (const [character, count, counting, segments] of cases)
      expect([character, count, smsLength(character.repeat(count), counting).segments]).toEqual([character, count, segments]);
  });

  test("never cuts a character that takes two places", () => {
    expect(smsLength(`${"a".repeat(152)}€${"a".repeat(152)}`, "international").segments).toBe(3);
    expect(smsLength(`${"中".repeat(66)}😀${"中".repeat(66)}`, "international").segments).toBe(3);
  });

  test("counts the registered words before the text", () => {
    expect(smsLength(signedText("中".repeat(66), "叠翠茶铺"), "mainland").segments).toBe(2);
    expect(smsLength(signedText("中".repeat(64), "叠翠茶铺"), "mainland")).toEqual({
      encoding: "ucs2",
      units: 70,
      segments: 1,
      unitsLeft: 0,
    });
  });
});
