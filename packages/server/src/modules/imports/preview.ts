import { headerRowOf, nameColumns } from "@terrace/domain/imports/column-names";
import { cellTypeOf } from "@terrace/domain/imports/column-types";
import type { ImportPlan, PlanKind } from "@terrace/domain/imports/import-plan";
import type { FileRule } from "@terrace/domain/imports/mapping";
import { suggestPlan } from "@terrace/domain/imports/suggest-plan";
import { FileUnreadable, type ByteSource } from "./readers/byte-source.ts";
import { detectFile, type DetectedFile } from "./readers/detect-file.ts";
import { openTable } from "./readers/open-table.ts";
import { sheetNames } from "./readers/xlsx-table.ts";
import { textOf } from "./readers/text-records.ts";

/** How the operator wants a file to be read, where that is not as it was recognised. */
export type PreviewAsk = {
  readonly kind?: PlanKind | undefined;
  readonly preset?: string | undefined;
  readonly sheet?: string | undefined;
  readonly headerRow?: number | undefined;
  readonly encoding?: FileRule["encoding"];
  readonly delimiter?: string | undefined;
};
export type Preview = DetectedFile & {
  readonly sheets: readonly string[];
  readonly sheet: string | null;
  readonly headerRow: number;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly string[])[];
  readonly preset: string | null;
  readonly plan: ImportPlan;
  readonly file: Record<string, string | number>;
};

const ROWS_SHOWN = 50;
/** Looked at to tell what is in a column. */
const ROWS_SAMPLED = 500;
const CELL_LENGTH_MAX = 500;
const JSON_TEXT_MAX = 1024 * 1024;
const JSON_LINES = 200;
const COLUMNS_MAX = 500;

/** The first rows of a file, what it is, and how it may be read. Throws `FileUnreadable`. */
export async function previewFile(
  source: ByteSource,
  ask: PreviewAsk,
  workspace: { readonly zone: string; readonly currency: string },
): Promise<Preview> {
  const found = await detectFile(source);
  const shown = { ...found, encoding: ask.encoding ?? found.encoding, delimiter: ask.delimiter ?? found.delimiter };
  const sheets = shown.format === "xlsx" ? await sheetNames(source) : [];
  const wanted = shown.format === "jsonl" ? await jsonColumns(source, shown.encoding) : [];
  const { headerRow, columns, rows } = withHeader(await headOf(source, ruleOf(ask, shown), wanted), ask.headerRow);
  if (columns.length > COLUMNS_MAX)
    throw new FileUnreadable(`The file has ${columns.length} columns; at most ${COLUMNS_MAX} can be read`, "too_large");
  const sampled = columns.map((name, index) => ({ name, samples: rows.map((row) => row[index] ?? "") }));
  const { plan, preset } = suggestPlan(sampled, { ...workspace, kind: ask.kind, preset: ask.preset });
  return {
    ...shown,
    sheets,
    sheet: ask.sheet ?? sheets[0] ?? null,
    headerRow,
    columns: sampled.map(({ name, samples }) => ({ name, type: cellTypeOf(samples) })),
    rows: rows.slice(0, ROWS_SHOWN).map((row) => row.map((cell) => cell.slice(0, CELL_LENGTH_MAX))),
    preset: preset ?? null,
    plan,
    file: fileOf(shown, { headerRow, sheet: ask.sheet }),
  };
}

type Head = { readonly columns: readonly string[] | undefined; readonly rows: readonly (readonly string[])[] };

/** Parts the rows from the header above them, where the format does not name its columns. */
function withHeader(
  { columns, rows }: Head,
  asked: number | undefined,
): Required<Head> & { readonly headerRow: number; readonly columns: readonly string[] } {
  if (columns !== undefined) return { headerRow: 1, columns, rows };
  const headerRow = asked ?? headerRowOf(rows);
  return { headerRow, columns: nameColumns(rows[headerRow - 1] ?? []), rows: rows.slice(headerRow) };
}

function ruleOf({ sheet }: PreviewAsk, { format, encoding, delimiter }: DetectedFile): FileRule {
  return { format, delimiter, encoding, columns: undefined, sheet, headerRow: 1 };
}

/** The part of a mapping that reads the file as it was shown, whatever later files look like. */
function fileOf(
  { format, encoding, delimiter }: DetectedFile,
  more: { readonly headerRow: number; readonly sheet: string | undefined },
): Record<string, string | number> {
  return {
    format,
    ...(format === "csv" ? { delimiter } : {}),
    ...(format === "csv" || format === "jsonl" ? { encoding } : {}),
    ...(more.headerRow === 1 ? {} : { headerRow: more.headerRow }),
    ...(more.sheet === undefined ? {} : { sheet: more.sheet }),
  };
}

/** The first records of a file as they stand; with its columns where the format names them. */
async function headOf(source: ByteSource, rule: FileRule, wanted: readonly string[]): Promise<Head> {
  const isNamed = rule.format === "jsonl" || rule.format === "parquet";
  // Without a header of its own every record is a row, the ones above the header too.
  const table = await openTable(
    source,
    isNamed ? rule : { ...rule, columns: Array.from({ length: 2_000 }, (_, index) => String(index)) },
    wanted,
  );
  const rows: (readonly string[])[] = [];
  for await (const batch of table.rows(1)) {
    for (const row of batch) rows.push(isNamed ? row : trimRow(row));
    if (rows.length >= ROWS_SAMPLED) break;
  }
  if (rows.length === 0) throw new FileUnreadable("The file holds no row", "empty");
  return { columns: isNamed ? table.columns : undefined, rows: rows.slice(0, ROWS_SAMPLED) };
}

function trimRow(row: readonly string[]): readonly string[] {
  const last = row.findLastIndex((cell) => cell !== "");
  return row.slice(0, last + 1);
}

/** Keys of the first lines, those of nested objects as paths. */
async function jsonColumns(source: ByteSource, encoding: DetectedFile["encoding"]): Promise<readonly string[]> {
  let text = "";
  for await (const piece of textOf(source, encoding)) {
    text += piece;
    if (text.length > JSON_TEXT_MAX) break;
  }
  const columns = new Set<string>();
  for (const line of text.split("\n").slice(0, JSON_LINES)) collectKeys(parseLine(line), "", columns);
  if (columns.size === 0) throw new FileUnreadable("The lines of the file are no JSON objects", "other");
  return [...columns];
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // The last line of the head may be cut; bad ones are rejected when they are imported.
    return undefined;
  }
}

function collectKeys(value: unknown, path: string, columns: Set<string>): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    const name = path === "" ? key : `${path}.${key}`;
    const isNested = typeof inner === "object" && inner !== null && !Array.isArray(inner);
    if (isNested && path.split(".").length < 3) collectKeys(inner, name, columns);
    else columns.add(name);
  }
}
