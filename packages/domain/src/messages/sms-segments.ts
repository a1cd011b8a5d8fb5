/** How a text message is written on its way: 7 bits a character of the basic alphabet, or 16 bits for everything else. */
export type SmsEncoding = "gsm7" | "ucs2";
/** `international`: as GSM 03.38 and 03.40 say. `mainland`: as carriers of mainland China bill it, where every text counts in characters. */
export type SmsCounting = "international" | "mainland";
export type SmsLength = { readonly encoding: SmsEncoding; readonly units: number; readonly segments: number; readonly unitsLeft: number };

/** The basic alphabet of GSM 03.38 without the escape, and its extension, whose characters take two places. */
const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENDED = new Set("\f^{}\\[~]|€");

type Room = { readonly alone: number; readonly each: number };
const ROOM: Readonly<Record<SmsEncoding, Room>> = { gsm7: { alone: 160, each: 153 }, ucs2: { alone: 70, each: 67 } };

/** The text that is counted and sent: registered words in brackets come before what is said, and count with it. */
export function signedText(text: string, signature: string | undefined): string {
  return signature === undefined || signature === "" ? text : `【${signature}】${text}`;
}

/**
 * How many messages a text is billed as. `units` are places of the encoding: septets of GSM-7, or 16-bit units of UCS-2. Where a text takes several
 * messages, each gives up some room to say which part it is, and no character is cut in two: an extended one, or a pair of units, goes whole into the next.
 */
export function smsLength(text: string, counting: SmsCounting): SmsLength {
  const widths = Array.from(text, (character) => (BASIC.has(character) ? 1 : EXTENDED.has(character) ? 2 : 0));
  const encoding = counting === "international" && !widths.includes(0) ? "gsm7" : "ucs2";
  if (encoding === "gsm7") return packed(widths, encoding);
  // Carriers of the mainland count characters as 16-bit units and cut by their number alone.
  if (counting === "mainland") return byNumber(text.length);
  return packed(
    Array.from(text, (character) => character.length),
    encoding,
  );
}

function byNumber(units: number): SmsLength {
  const { alone, each } = ROOM.ucs2;
  const segments = units === 0 ? 0 : units <= alone ? 1 : Math.ceil(units / each);
  return { encoding: "ucs2", units, segments, unitsLeft: segments <= 1 ? alone - units : segments * each - units };
}

function packed(widths: readonly number[], encoding: SmsEncoding): SmsLength {
  const { alone, each } = ROOM[encoding];
  const units = widths.reduce((sum, width) => sum + width, 0);
  if (units <= alone) return { encoding, units, segments: units === 0 ? 0 : 1, unitsLeft: alone - units };
  let segments = 1;
  let used = 0;
  for (const width of widths) {
    if (used + width > each) {
      segments += 1;
      used = 0;
    }
    used += width;
  }
  return { encoding, units, segments, unitsLeft: each - used };
}
