import type { Readable } from "node:stream";
import { Readable as NodeReadable } from "node:stream";
import { SaxesParser, type SaxesTagPlain } from "saxes";
import { fromRandomAccessReaderPromise, RandomAccessReader, type Entry, type ZipFile } from "yauzl";
import { FileUnreadable, reasonOf, type ByteSource } from "./byte-source.ts";

/** The parts of an open workbook, by their path in the archive. */
export type XlsxArchive = {
  /** The text of a part in pieces; undefined when there is none. */
  readonly open: (path: string) => Promise<AsyncIterable<string> | undefined>;
};

const ENTRIES_MAX = 10_000;
/** Text or a tag longer than this is in no workbook that a spreadsheet wrote: a cell holds 32,767 characters. */
const PIECE_LENGTH_MAX = 4 * 1024 * 1024;
/** A sheet of a million rows and fifty columns is about 3 GB unpacked. */
const PART_BYTES_MAX = 8 * 1024 * 1024 * 1024;

class SourceReader extends RandomAccessReader {
  readonly #source: ByteSource;
  constructor(source: ByteSource) {
    super();
    this.#source = source;
  }
  override _readStreamForRange(from: number, to: number): Readable {
    return NodeReadable.from(this.#source.read({ from, to }), { objectMode: false });
  }
}

/** Opens the archive of a workbook. Throws `FileUnreadable` when it is none. */
export async function openArchive(source: ByteSource): Promise<XlsxArchive> {
  const zip = await openZip(source);
  const entries = await entriesOf(zip);
  if (!entries.has("xl/workbook.xml"))
    throw new FileUnreadable("This archive is not an Excel workbook (.xlsx). Unpack it and import the table in it", "not_a_table");
  return {
    open: async (path) => {
      const entry = entries.get(path);
      if (entry === undefined) return undefined;
      if (entry.isEncrypted()) throw new FileUnreadable("The workbook has a password. Save it without one", "other");
      if (entry.uncompressedSize > PART_BYTES_MAX) throw swollen();
      return textOf(await zip.openReadStreamPromise(entry));
    },
  };
}

async function openZip(source: ByteSource): Promise<ZipFile> {
  try {
    return await fromRandomAccessReaderPromise(new SourceReader(source), source.sizeBytes, { autoClose: false, lazyEntries: true });
  } catch (error) {
    throw new FileUnreadable(`The workbook is damaged or not complete: ${reasonOf(error)}`);
  }
}

async function entriesOf(zip: ZipFile): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>();
  try {
    for await (const entry of zip.eachEntry()) {
      entries.set(entry.fileName, entry);
      if (entries.size > ENTRIES_MAX) throw new FileUnreadable("The workbook has too many parts");
    }
  } catch (error) {
    throw error instanceof FileUnreadable ? error : new FileUnreadable(`The workbook is damaged: ${reasonOf(error)}`);
  }
  return entries;
}

async function* textOf(stream: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8");
  try {
    // Without an encoding the stream gives buffers.
    for await (const piece of stream as AsyncIterable<Buffer>) yield decoder.decode(piece, { stream: true });
    yield decoder.decode();
  } catch (error) {
    throw new FileUnreadable(`The workbook is damaged: ${reasonOf(error)}`);
  } finally {
    stream.destroy();
  }
}

/** What is done at the tags and texts of a part; names are without their prefix. */
export type PartHandlers = {
  readonly open?: (name: string, attributes: Readonly<Record<string, string>>) => void;
  readonly text?: (text: string) => void;
  readonly close?: (name: string) => void;
};

/** A parser of a part, fed piece by piece. */
export function createPartParser(handlers: PartHandlers): { readonly write: (text: string) => void } {
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw new FileUnreadable(`The workbook is damaged: ${error.message}`);
  });
  // The parser keeps a text until the tag behind it: an endless one would fill the memory.
  let waiting = 0;
  parser.on("opentag", (tag: SaxesTagPlain) => {
    waiting = 0;
    handlers.open?.(bare(tag.name), tag.attributes);
  });
  parser.on("closetag", (tag: SaxesTagPlain) => {
    waiting = 0;
    handlers.close?.(bare(tag.name));
  });
  if (handlers.text !== undefined) parser.on("text", handlers.text);
  return {
    write: (text) => {
      waiting += text.length;
      parser.write(text);
      if (waiting > PIECE_LENGTH_MAX) throw swollen();
    },
  };
}

function swollen(): FileUnreadable {
  return new FileUnreadable(
    "The workbook unpacks to far more than a workbook holds. Save the sheet as CSV (UTF-8) and import that",
    "swells",
  );
}

/** Reads a small part as a whole; nothing happens when there is none. */
export async function parsePart(archive: XlsxArchive, path: string, handlers: PartHandlers): Promise<void> {
  const pieces = await archive.open(path);
  if (pieces === undefined) return;
  const parser = createPartParser(handlers);
  for await (const piece of pieces) parser.write(piece);
}

/** Some programs write `x:row` for `row`. */
function bare(name: string): string {
  const colon = name.indexOf(":");
  return colon === -1 ? name : name.slice(colon + 1);
}
