import { FileUnreadable, unpacked, type ByteSource } from "./byte-source.ts";
import type { RecordReader } from "./csv-rows.ts";
import type { FileEncoding } from "./detect-file.ts";
import type { RecordBatches } from "./records.ts";

/** The records of a text file. Throws `FileUnreadable` where the text is not in the encoding. */
export async function* textRecords(source: ByteSource, encoding: FileEncoding, reader: RecordReader): RecordBatches {
  for await (const text of textOf(source, encoding)) yield reader.write(text);
  yield reader.end();
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
        `The file is not ${encoding}. If it comes from a spreadsheet in Chinese, set file.encoding to gb18030 in the mapping`,
        "encoding",
      );
    }
  };
  for await (const piece of unpacked(source)) yield decode(piece);
  yield decode(undefined);
}
