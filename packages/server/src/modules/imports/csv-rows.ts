import { parse } from "csv-parse";

/** A record longer than this is not read to its end: usually a quote that is never closed. */
const RECORD_LENGTH_MAX = 1024 * 1024;

/** Turns text into records, piece by piece. */
export type RecordReader = {
  /** The records that end within this piece. */
  readonly write: (text: string) => readonly (readonly string[])[];
  readonly end: () => Promise<readonly (readonly string[])[]>;
};

/**
 * RFC 4180 with a choice of delimiter; empty lines are left out. A record that breaks the quoting rules comes out as one cell with its text
 * and a mark beside it, so that it never has as many cells as the header and is rejected under its own row number.
 */
export function csvRecords(delimiter: string): RecordReader {
  let records: (readonly string[])[] = [];
  const parser = parse({
    delimiter, relax_column_count: true, relax_quotes: true, skip_empty_lines: true, skip_records_with_error: true, raw: false, max_record_size: RECORD_LENGTH_MAX,
    on_record: (record: string[]) => {
      records.push(record);
      // Taken here, in order with the broken ones, so the stream itself passes nothing on.
      return null;
    },
    on_skip: (error) => {
      records.push(brokenRecord(error?.message ?? ""));
      return undefined;
    },
  });
  let failure: Error | undefined;
  parser.on("error", (error: Error) => { failure = error; });
  parser.resume();
  const take = (): readonly (readonly string[])[] => {
    if (failure !== undefined) records.push(brokenRecord(failure.message));
    failure = undefined;
    const taken = records;
    records = [];
    return taken;
  };
  return {
    write: (text) => {
      parser.write(text);
      return take();
    },
    end: () => new Promise((resolve) => {
      parser.once("close", () => resolve(take()));
      parser.end();
    }),
  };
}

/** More cells than any header has; what the parser says about it names places, not values. */
function brokenRecord(message: string): readonly string[] {
  return [`(unreadable record: ${message.slice(0, 200)})`, ...Array.from({ length: 2_000 }, () => "")];
}

/** One JSON object per line; the cells of a line are the values at `columns` (dotted paths), objects and lists as JSON text. A line that is no object has one cell too many. */
export function jsonRecords(columns: readonly string[]): RecordReader {
  const paths = columns.map((column) => ({ column, path: column.split(".") }));
  let rest = "";
  const read = (line: string): readonly string[] => {
    const object = parseObject(line);
    return object === undefined ? [...columns.map(() => ""), "(not a JSON object)"] : paths.map(({ column, path }) => cellOf(Object.hasOwn(object, column) ? object[column] : valueAt(object, path)));
  };
  return {
    write: (text) => {
      const lines = `${rest}${text}`.split("\n");
      rest = lines.pop() ?? "";
      return lines.filter((line) => line.trim() !== "").map(read);
    },
    end: () => Promise.resolve(rest.trim() === "" ? [] : [read(rest)]),
  };
}

function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? (parsed as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

function valueAt(object: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (typeof value === "object" && value !== null && Object.hasOwn(value, key) ? (value as Readonly<Record<string, unknown>>)[key] : undefined), object);
}

function cellOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
