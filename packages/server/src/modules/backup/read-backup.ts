import type { ZodType } from "zod";
import { recordSchema, type BackupBegin, type BackupEnd, type BackupRecord } from "./copy/manifest.ts";
import { BackupRefused } from "./file/backup-fault.ts";
import type { BackupFile } from "./file/backup-file.ts";
import { readRecords } from "./file/records.ts";

/** What is done with each part of a backup, in the order they stand in it. */
export type BackupVisitor = {
  readonly begin: (begin: BackupBegin) => Promise<void>;
  readonly table: (table: Extract<BackupRecord, { kind: "table" }>["table"], body: AsyncIterable<Buffer>) => Promise<void>;
  readonly events: (slice: Extract<BackupRecord, { kind: "events" }>, body: AsyncIterable<Buffer>) => Promise<void>;
  readonly end: (end: BackupEnd) => Promise<void>;
};

/** Goes through a backup from its beginning to its end. Throws `BackupRefused` damaged when parts are missing or out of place. */
export async function readBackup(file: BackupFile, visitor: BackupVisitor): Promise<void> {
  let next: "begin" | "parts" | "nothing" = "begin";
  for await (const { header, body } of readRecords(file.content())) {
    const record = parse(recordSchema, header);
    if ((record.kind === "begin") !== (next === "begin") || next === "nothing") throw misplaced(record.kind);
    switch (record.kind) {
      case "begin":
        next = "parts";
        await visitor.begin(record);
        break;
      case "table":
        await visitor.table(record.table, body);
        break;
      case "events":
        await visitor.events(record, body);
        break;
      case "end":
        next = "nothing";
        await visitor.end(record);
        break;
      default:
        record satisfies never;
    }
  }
  if (next !== "nothing") throw misplaced("its end");
}

/** The beginning alone. */
export async function readBegin(file: BackupFile): Promise<BackupBegin> {
  for await (const { header } of readRecords(file.content())) {
    const record = parse(recordSchema, header);
    if (record.kind === "begin") return record;
    break;
  }
  throw misplaced("its beginning");
}

function parse<T>(schema: ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw misplaced("a part of a kind this Terrace does not know");
}

function misplaced(what: string): BackupRefused {
  return new BackupRefused("backup.damaged", `The contents of the backup do not hold together (${what}); use another copy of the file.`);
}
