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
  if (!entries.has("xl/workbook.xml")) throw new FileUnreadable("This archive is not an Excel workbook (.xlsx)");
  return {
    open: async (path) => {
      const entry = entries.get(path);
      if (entry === undefined) return undefined;
      if (entry.isEncrypted()) throw new FileUnreadable("The workbook has a password. Save it without one", "other");
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
  if (handlers.open !== undefined) parser.on("opentag", (tag: SaxesTagPlain) => handlers.open?.(bare(tag.name), tag.attributes));
  if (handlers.text !== undefined) parser.on("text", handlers.text);
  if (handlers.close !== undefined) parser.on("closetag", (tag: SaxesTagPlain) => handlers.close?.(bare(tag.name)));
  return { write: (text) => void parser.write(text) };
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
