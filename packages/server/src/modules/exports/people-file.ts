import type { JsonObject } from "@terrace/domain/json";
import { unless } from "../../platform/storage/snapshot.ts";
import type { PeopleExport, PeopleFilterQuery, PeopleModule } from "../people/module.ts";
import type { FileAsked, Progress } from "./export-source.ts";
import { csvHead } from "./formats/csv-writer.ts";
import { parquetFile } from "./formats/parquet-writer.ts";
import {
  loadRecords,
  pageMaker,
  peoplePerPage,
  readOptions,
  type MadePage,
  type PageJob,
  type PageThreads,
  type PeopleOrder,
} from "./people-pages.ts";
import { columnsOf, commonTraits } from "./people-table.ts";

export type PeopleFileDeps = {
  readonly people: Pick<PeopleModule, "openExport">;
  readonly threads: PageThreads;
  readonly nowMs: () => number;
};

/** People looked at to choose columns. Of no more than these, the file is made here: a thread would take longer to start. */
const HEAD_PEOPLE = 1_000;

/**
 * The bytes of a file of people. Who belongs in it is read here, page by page; the pages are made in threads, some ahead of the reader and
 * no more, and leave in their order. What went wrong is thrown to the reader and noted in `progress`.
 */
export async function* peopleFile(
  deps: PeopleFileDeps,
  query: PeopleFilterQuery,
  asked: FileAsked,
  progress: Progress,
): AsyncGenerator<Uint8Array> {
  try {
    const opened = await deps.people.openExport(asked.grant, query);
    try {
      for await (const piece of piecesOf(deps, opened, asked, progress)) {
        progress.bytes += piece.length;
        yield piece;
      }
      progress.isWhole = true;
    } finally {
      await opened.close();
    }
  } catch (error) {
    // Whoever went away made nothing fail.
    if (!asked.signal.aborted) progress.failure = error;
    throw error;
  }
}

async function* piecesOf(deps: PeopleFileDeps, opened: PeopleExport, asked: FileAsked, progress: Progress): AsyncGenerator<Uint8Array> {
  const { format, grant, view, facts, signal } = asked;
  const pages = opened.pages(peoplePerPage(format));
  const head = await takeHead(pages);
  const base = { workspaceId: grant.workspaceId, moment: opened.moment, nowMs: deps.nowMs(), viewKey: view.key, facts, format };
  const order: PeopleOrder = { ...base, columns: await chooseColumns(opened, head.pages, base, asked) };
  const file = fileOf(order);
  const job = head.isAll ? jobHere(opened, order, signal) : deps.threads.open(order);
  try {
    yield* file.start();
    for await (const made of inOrder(follow(head.pages, pages), job, signal)) {
      progress.rows += made.rows;
      yield* file.add(made);
    }
    yield* file.end();
  } finally {
    job.close();
  }
}

type Head = { readonly pages: readonly (readonly string[])[]; readonly isAll: boolean };

/** The first pages, and whether there are no others: few enough then to be made at once. */
async function takeHead(pages: AsyncGenerator<readonly string[]>): Promise<Head> {
  const taken: (readonly string[])[] = [];
  let people = 0;
  // One person more than a head tells that there are others.
  while (people <= HEAD_PEOPLE) {
    const page = await pages.next();
    if (page.done === true) return { pages: taken, isAll: true };
    taken.push(page.value);
    people += page.value.length;
  }
  return { pages: taken, isAll: false };
}

async function chooseColumns(
  opened: PeopleExport,
  head: Head["pages"],
  order: Omit<PeopleOrder, "columns">,
  { columns, signal }: FileAsked,
): Promise<PeopleOrder["columns"]> {
  if (columns.length > 0 || order.format === "jsonl") return { asked: columns };
  const sample: readonly JsonObject[] = await loadRecords(
    opened.load,
    head.flat().slice(0, HEAD_PEOPLE),
    readOptions(order, undefined),
    signal,
  );
  return { traits: commonTraits(sample) };
}

function jobHere({ load }: PeopleExport, order: PeopleOrder, signal: AbortSignal): PageJob {
  const make = pageMaker(load, order);
  return { make: (personIds) => make(personIds, signal), atOnce: () => 1, close: () => undefined };
}

/** Pages as they leave: as many are under way as the job takes at once, and the next is asked for only when one was taken away. */
async function* inOrder(pages: AsyncIterator<readonly string[]>, job: PageJob, signal: AbortSignal): AsyncGenerator<MadePage> {
  const underWay: Promise<MadePage>[] = [];
  let isOver = false;
  for (;;) {
    while (!isOver && underWay.length < job.atOnce()) {
      const page = await pages.next();
      isOver = page.done === true;
      if (page.done === true) break;
      const made = job.make(page.value);
      // Awaited in its turn; until then a failure must not count as unhandled.
      made.catch(() => undefined);
      underWay.push(made);
    }
    const first = underWay.shift();
    if (first === undefined) return;
    yield await unless(signal, () => first);
  }
}

async function* follow(
  first: readonly (readonly string[])[],
  others: AsyncGenerator<readonly string[]>,
): AsyncGenerator<readonly string[]> {
  yield* first;
  yield* others;
}

type PeopleFile = {
  readonly start: () => readonly Uint8Array[];
  readonly add: (made: MadePage) => readonly Uint8Array[];
  readonly end: () => readonly Uint8Array[];
};

/** What stands around and between the pages of a file. */
function fileOf({ format, columns }: PeopleOrder): PeopleFile {
  switch (format) {
    case "csv":
      return { start: () => [Buffer.from(csvHead(columnsOf(columns)))], add: bytesOf, end: () => [] };
    case "jsonl":
      return { start: () => [], add: bytesOf, end: () => [] };
    case "parquet": {
      const file = parquetFile(columnsOf(columns));
      return { ...file, add: ({ bytes, group }) => (group === undefined ? [] : file.add({ ...group, bytes })) };
    }
    default:
      return format satisfies never;
  }
}

function bytesOf({ bytes }: MadePage): readonly Uint8Array[] {
  return bytes.length === 0 ? [] : [bytes];
}
