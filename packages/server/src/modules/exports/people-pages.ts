import type { ExportFormat } from "@terrace/contract/api/exports";
import { fieldViewOf } from "@terrace/domain/access/field-view";
import type { JsonObject } from "@terrace/domain/json";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Db } from "../../platform/storage/postgres.ts";
import { joinPeopleExport, WHOLE_PERSON, type ExportedPerson, type PeopleExport, type PeopleExportOptions } from "../people/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { csvLines } from "./formats/csv-writer.ts";
import { jsonLines } from "./formats/jsonl-writer.ts";
import { GROUP_ROWS, parquetGroup, type ParquetGroup } from "./formats/parquet-writer.ts";
import { columnsOf, partsOf, type PeopleColumns } from "./people-table.ts";

/** What must be known to make any page of a file of people; plain data, to be handed to a thread. */
export type PeopleOrder = {
  readonly workspaceId: number;
  /** The moment at which people are read, while its export is open. */
  readonly moment: string;
  readonly nowMs: number;
  /** Of a `FieldView`. */
  readonly viewKey: string;
  readonly facts: boolean;
  readonly format: ExportFormat;
  readonly columns: PeopleColumns;
};

/** A piece of a file: `bytes` are its own, so that they can be handed on. */
export type MadePage = { readonly rows: number; readonly bytes: Uint8Array<ArrayBuffer>; readonly group?: Omit<ParquetGroup, "bytes"> };

/** Makes the piece of a file that holds the people of some ids. */
export type MakePage = (personIds: readonly string[], signal: AbortSignal) => Promise<MadePage>;

/** Where pages are made: several at a time, each answered once. After `close` those under way may fail. */
export type PageJob = {
  readonly make: (personIds: readonly string[]) => Promise<MadePage>;
  readonly atOnce: () => number;
  readonly close: () => void;
};
export type PageThreads = { readonly open: (order: PeopleOrder) => PageJob };

/** Small looks: each is worked on in one go, and other work waits meanwhile. */
const PEOPLE_PER_LOOK = 500;

/** How many people one piece of a file holds. */
export function peoplePerPage(format: ExportFormat): number {
  return format === "parquet" ? GROUP_ROWS : PEOPLE_PER_LOOK;
}

/** Makes pages with a connection of its own, on which the moment of the order is joined. */
export async function openPageMaker(
  deps: { readonly db: Db; readonly privacy: Pick<PrivacyModule, "open"> },
  order: PeopleOrder,
): Promise<{ readonly make: MakePage; readonly close: () => Promise<void> }> {
  const reader = await joinPeopleExport(deps, order.workspaceId, order.moment);
  return { make: pageMaker(reader.load, order), close: reader.close };
}

/** Makes pages from people as `load` gives them. */
export function pageMaker(load: PeopleExport["load"], order: PeopleOrder): MakePage {
  const columns = columnsOf(order.columns);
  const options = readOptions(order, order.format === "jsonl" ? undefined : order.columns);
  return async (personIds, signal) => {
    const records = await loadRecords(load, personIds, options, signal);
    if (order.format === "parquet") {
      const { bytes, ...group } = parquetGroup(columns, records);
      return { rows: records.length, bytes, group };
    }
    const text = order.format === "csv" ? csvLines(columns, records) : jsonLines(records);
    return { rows: records.length, bytes: new TextEncoder().encode(text) };
  };
}

/** People as records of a file. */
export async function loadRecords(
  load: PeopleExport["load"],
  personIds: readonly string[],
  options: PeopleExportOptions,
  signal: AbortSignal,
): Promise<readonly JsonObject[]> {
  const records: JsonObject[] = [];
  for (let at = 0; at < personIds.length; at += PEOPLE_PER_LOOK) {
    signal.throwIfAborted();
    for (const person of await load(personIds.slice(at, at + PEOPLE_PER_LOOK), options)) records.push(recordOf(person, options.facts));
    await nextTurn();
  }
  return records;
}

/** How people are read for an order; without columns all of a person. */
export function readOptions(
  { viewKey, facts, nowMs }: Pick<PeopleOrder, "viewKey" | "facts" | "nowMs">,
  columns: PeopleColumns | undefined,
): PeopleExportOptions {
  return { view: fieldViewOf(viewKey), facts, now: new Date(nowMs), parts: columns === undefined ? WHOLE_PERSON : partsOf(columns) };
}

function recordOf(person: ExportedPerson, facts: boolean): JsonObject {
  // Types without an index signature are JSON objects all the same.
  return { terrace: "person", ...(facts ? {} : { masked: true }), ...(person as object as JsonObject) };
}
