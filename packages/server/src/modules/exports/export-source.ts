import type { FieldView } from "@terrace/domain/access/field-view";
import type { ExportFormat } from "@terrace/contract/api/exports";
import type { CellValue } from "@terrace/domain/exports/csv-line";
import { isJsonObject, type Json, type JsonObject } from "@terrace/domain/json";
import type { Permission } from "@terrace/domain/access/permissions";
import type { Grant } from "../../platform/http/handler.ts";

/** How the values of a column are written; `text` also takes lists and objects, as JSON. */
export type ColumnType = "text" | "number" | "boolean" | "time";

/** A column of a table made of records. */
export type Column = { readonly name: string; readonly type: ColumnType; readonly read: (record: JsonObject) => Json | undefined };

export type SourceRead = {
  readonly grant: Grant;
  readonly filters: Readonly<Record<string, string>>;
  /** What of personal and restricted values goes out. */
  readonly view: FieldView;
  /** Everything needed to import the same again: for JSONL, and only for a view that keeps nothing back. */
  readonly facts: boolean;
  readonly signal: AbortSignal;
};

/** Something that can be exported. */
export type ExportSource = {
  readonly what: string;
  /** Held by whoever may see it on screen. */
  readonly permission: Permission;
  readonly canBeClear: boolean;
  /** Names of the columns that every record has. */
  readonly columns: readonly string[];
  readonly filters: readonly string[];
  /** Throws `request.invalid` for a filter the list does not have. */
  readonly checkFilters: (filters: Readonly<Record<string, string>>) => void;
  /** Whether there can be a column of that name. */
  readonly hasColumn: (name: string) => boolean;
  /** The bytes of a file, made only as fast as they are taken; `progress` says how far it came. */
  readonly file: (asked: FileAsked, progress: Progress) => AsyncGenerator<Uint8Array>;
};

/** A file of a source; no columns: those that suit the first records. */
export type FileAsked = SourceRead & { readonly format: ExportFormat; readonly columns: readonly string[] };

/** How far a file came; `isWhole` once its last byte was taken. */
export type Progress = { rows: number; bytes: number; isWhole: boolean; failure: unknown };

/** A stream of records, and how they make a table. */
export type RecordSource = Omit<ExportSource, "hasColumn" | "file"> & {
  /** The column of a name, or undefined when there cannot be one. */
  readonly column: (name: string) => Column | undefined;
  /** The columns when none are asked for, given the first records. */
  readonly defaultColumns: (sample: readonly JsonObject[]) => readonly Column[];
  readonly read: (options: SourceRead) => AsyncIterable<readonly JsonObject[]>;
};

/** A value as one cell: lists and objects as JSON. */
export function cellOf(value: Json | undefined): CellValue {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}

/** A column that reads one field of each record. */
export function fieldColumn(name: string, field: string, type: ColumnType = "text"): Column {
  return { name, type, read: (record) => record[field] };
}

/** Columns `<prefix>.<key>` for the keys of an object in each record. */
export function nestedColumn(field: string, key: string): Column {
  return {
    name: `${field}.${key}`,
    type: "text",
    read: (record) => {
      const inner = record[field];
      return isJsonObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined;
    },
  };
}

/** The commonest keys of an object in some records, at most `max`, in order of frequency. */
export function commonKeys(sample: readonly JsonObject[], field: string, max: number): readonly string[] {
  const counts = new Map<string, number>();
  for (const record of sample) {
    const inner = record[field];
    if (isJsonObject(inner)) for (const key of Object.keys(inner)) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts]
    .toSorted(([a, most], [b, least]) => least - most || (a < b ? -1 : 1))
    .slice(0, max)
    .map(([key]) => key);
}

/** What of an object stands in none of these columns. */
export function restColumn(name: string, field: string, shown: ReadonlySet<string>): Column {
  return {
    name,
    type: "text",
    read: (record) => {
      const inner = record[field];
      if (!isJsonObject(inner)) return undefined;
      const rest = Object.entries(inner).filter(([key]) => !shown.has(key));
      return rest.length === 0 ? undefined : Object.fromEntries(rest);
    },
  };
}
