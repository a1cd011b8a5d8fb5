import fc from "fast-check";
import { expect, test } from "vitest";
import { composeLetter, type ComposedLetter } from "./compose-letter.ts";

const NAMES = [
  "From",
  "To",
  "Reply-To",
  "Subject",
  "Date",
  "Message-ID",
  "List-Unsubscribe",
  "List-Unsubscribe-Post",
  "MIME-Version",
  "Content-Type",
];
const evil = fc.oneof(
  fc.string(),
  fc
    .array(fc.constantFrom("a", "\r", "\n", "\r\n", " ", "Bcc: x@y.test", "您", "<", ">", '"', "\t"), { maxLength: 12 })
    .map((parts) => parts.join("")),
);

test("no field of a letter begins a header of its own, or the body", () => {
  const fields = fc.record({ name: evil, to: evil, replyTo: evil, subject: evil, id: evil, unsubscribeUrl: evil });
  fc.assert(
    fc.property(fields, ({ name, ...rest }) => {
      const letter: ComposedLetter = { ...rest, from: `${name} <news@example.test>`, text: "t", html: "h", sentAtMs: 0 };
      const composed = composeLetter(letter);
      const headers = composed.slice(0, composed.indexOf("\r\n\r\n")).split("\r\n");
      expect(headers.filter((line) => !line.startsWith(" ")).map((line) => line.slice(0, line.indexOf(":")))).toEqual(NAMES);
      expect(headers.join("")).not.toMatch(/[\r\n]/);
    }),
  );
});
