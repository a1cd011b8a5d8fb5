import { FileUnreadable, unpacked, type ByteSource } from "./byte-source.ts";
import type { RecordReader } from "./csv-rows.ts";
import type { FileEncoding } from "./detect-file.ts";
import type { RecordBatches } from "./records.ts";

/** The records of a text file. Throws `FileUnreadable` where the text is not in the encoding. */
export async function* textRecords(source: ByteSource, encoding: FileEncoding, reader: RecordReader): RecordBatches {
  for await (const text of textOf(source, encoding)) yield reader.write(text);
  yield reader.end();
}

/**
 * Makes one kind of line break of all: files that were put together from others have `\r\n`, `\n` and the `\r` of old programs side by side.
 * Give the pieces of a text in order; a `\r` at the end of one waits for the next.
 */
export function createLineBreaks(): { readonly write: (text: string) => string; readonly end: () => string } {
  let waits = false;
  return {
    write: (text) => {
      if (text === "") return "";
      const whole = waits ? `\r${text}` : text;
      waits = whole.endsWith("\r");
      const ready = waits ? whole.slice(0, -1) : whole;
      return ready.includes("\r") ? ready.replaceAll(/\r(?!\n)/gu, "\n") : ready;
    },
    end: () => (waits ? "\n" : ""),
  };
}

/** The text of a file, piece by piece. */
export async function* textOf(source: ByteSource, encoding: FileEncoding): AsyncGenerator<string> {
  // A byte order mark is taken off by the decoder.
  const decoder = new TextDecoder(encoding, { fatal: true });
  const decode = (piece: Uint8Array | undefined): string => {
    try {
      return decoder.decode(piece, { stream: piece !== undefined });
    } catch {
      throw new FileUnreadable(
        encoding === "gb18030"
          ? "The text of the file is neither UTF-8 nor GBK. Open it in the program it comes from and save it as CSV UTF-8 or as .xlsx"
          : `The text of the file is not ${encoding}. Leave file.encoding out of the mapping, so that it is found out`,
        "encoding",
      );
    }
  };
  const breaks = createLineBreaks();
  for await (const piece of unpacked(source)) yield breaks.write(decode(piece));
  yield breaks.write(decode(undefined)) + breaks.end();
}
