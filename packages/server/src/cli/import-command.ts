import { importSchema } from "@terrace/contract/api/imports";
import type { Mapping } from "@terrace/domain/imports/mapping";
import { PRESETS } from "@terrace/domain/imports/presets/presets";
import type { Json } from "@terrace/domain/json";
import { createWriteStream, type WriteStream } from "node:fs";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { z } from "zod";
import { FileUnreadable, sendFile, type RejectedLine } from "../modules/imports/module.ts";
import { dryRun } from "./import-dry-run.ts";
import { CallWrong, ImportFailed } from "./import-faults.ts";
import { findMapping } from "./import-mapping.ts";
import { createProgressBar } from "./progress-bar.ts";
import { ExportedUnreadable, sendExported } from "./take-exported-command.ts";
import type { CommandIo } from "./command-io.ts";

const HELP = `terrace import <file> [--mapping <mapping> | --preset <preset>] --key <secret key> [options]

Imports orders, people, events or figures of channels from a CSV (any encoding), JSON lines, Excel (.xlsx) or Parquet file, CSV and JSON lines also .gz,
into a running Terrace. Without --mapping and --preset the file is read as the console would suggest: as a known export by its columns, else by their
names; look with --dry-run first. Handing in the same file again changes nothing; a broken-off import goes on where it stopped. See docs/guides/import.md.

  --mapping <mapping>     a mapping file (JSON), or the name of a mapping saved in the console; "terrace" for people or events that Terrace exported as JSONL in clear
  --preset <preset>       the export it is: ${PRESETS.map(({ id }) => id).join(", ")}; none = no known one
  --kind <kind>           what a row is: orders, people, events, channels
  --zone <zone>           time zone of times without one, e.g. Asia/Shanghai (default: of the preset, of the saved mapping, or of this machine)
  --currency <currency>   currency of amounts without one, e.g. CNY
  --event-name <name>     name of the events where no column names them
  --consent-at <day>      when people chose, where columns tell consent and none when, e.g. the day of the export
  --sheet <sheet>         sheet of a workbook (default: the first)
  --key <key>             a secret key with the scope imports:write (or TERRACE_SECRET_KEY)
  --url <url>             where Terrace answers (or TERRACE_URL; default http://127.0.0.1:7700)
  --dry-run               read and map the file without sending anything; needs no key
  --print-mapping         write the mapping that would be used to the standard output, as a beginning of one's own; sends nothing
  --help                  this text

Rows that cannot be imported are written to <file>.rejected.csv with the reason; the others are imported.
Exit codes: 0 imported, 1 failed, 2 wrong call.
`;

/** The mapping of files that Terrace exported as JSONL in clear. */
const EXPORTED = "terrace";
const EXIT = { done: 0, failed: 1, usage: 2 } as const;
const DEFAULT_URL = "http://127.0.0.1:7700";
const TRIES_MAX = 8;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;

type Call = { readonly file: string; readonly mapping: Json; readonly url: string; readonly key: string };

/** Runs `terrace import`; resolves with the exit code. */
export async function runImportCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  try {
    return await run(argv, io);
  } catch (error) {
    if (error instanceof CallWrong) return complain(io, `${error.message}\n\n${HELP}`, EXIT.usage);
    if (error instanceof ImportFailed || error instanceof FileUnreadable || error instanceof ExportedUnreadable)
      return complain(io, `${error.message}\n`, EXIT.failed);
    throw error;
  }
}

async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  const values = readArguments(argv);
  if (values.help === true) return say(io, HELP);
  const { file } = values;
  if (file === undefined) throw new CallWrong("Name one file.");
  if (values.mapping === EXPORTED) {
    await sendExported({ file, ...placeOf(values, io) }, io);
    return EXIT.done;
  }
  const hasKey = (values.key ?? io.env["TERRACE_SECRET_KEY"]) !== undefined;
  const { source, checked, told } = await findMapping(
    { ...values, file, eventName: values["event-name"], consentAt: values["consent-at"] },
    hasKey ? placeOf(values, io) : undefined,
  );
  if (values["print-mapping"] === true) return say(io, `${JSON.stringify(source, null, 2)}\n`);
  const place = values["dry-run"] === true ? undefined : placeOf(values, io);
  io.stdout.write(`${told}\n`);
  if (place === undefined) return dryRun(file, checked, io.stdout);
  return importOver({ file, mapping: source, ...place }, checked, io);
}

/** Which Terrace to talk to, and with which key. */
function placeOf(
  values: { readonly key?: string | undefined; readonly url?: string | undefined },
  io: CommandIo,
): { readonly key: string; readonly url: string } {
  const key = values.key ?? io.env["TERRACE_SECRET_KEY"];
  if (key === undefined) throw new CallWrong("Give a secret key with --key or TERRACE_SECRET_KEY.");
  return { key, url: values.url ?? io.env["TERRACE_URL"] ?? DEFAULT_URL };
}

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;
const OPTIONS = {
  mapping: text,
  preset: text,
  kind: text,
  zone: text,
  currency: text,
  "event-name": text,
  "consent-at": text,
  sheet: text,
  key: text,
  url: text,
  "dry-run": flag,
  "print-mapping": flag,
  help: flag,
} as const;

function readArguments(argv: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], strict: true, allowPositionals: true, options: OPTIONS });
    const named = Object.fromEntries(Object.keys(OPTIONS).map((name) => [name, undefined])) as {
      [Name in keyof typeof OPTIONS]: undefined;
    };
    return { ...named, ...values, file: positionals.length === 1 ? positionals[0] : undefined };
  } catch (error) {
    throw new CallWrong(error instanceof Error ? error.message : String(error));
  }
}

async function importOver(call: Call, mapping: Mapping, io: CommandIo): Promise<number> {
  const bar = createProgressBar(io.stdout, "Importing");
  const rejects = rejectedFile(`${call.file}.rejected.csv`);
  const outcome = await closing(
    rejects,
    sendFile({
      path: call.file,
      mapping,
      sink: {
        open: (file) => post(call, "/api/workspaces/current/imports", { ...file, mapping: call.mapping }, countsSchema),
        add: (importId, { header, fromRow, rows, last }) =>
          post(
            call,
            `/api/workspaces/current/imports/${importId}/rows`,
            { fromRow, rows, last, ...(fromRow === 1 ? { header } : {}) },
            takenSchema,
          ),
      },
      onOpened: (opened) => {
        bar.resume(opened.rowsRead);
        return rejects.open(opened.rowsRead > 0);
      },
      onRejected: rejects.add,
      onProgress: ({ rowsRead, rowsTotal }) => bar.update(rowsRead, rowsTotal),
    }),
  );
  if (outcome.alreadyDone) {
    io.stdout.write(`Already imported: ${summary(outcome)}. Nothing was changed.\n`);
    return EXIT.done;
  }
  bar.finish(outcome.rowsRead);
  io.stdout.write(`Imported: ${summary(outcome)}.\n`);
  if (outcome.rowsRejected > 0) io.stdout.write(`The rejected rows with their reasons are in ${call.file}.rejected.csv.\n`);
  return EXIT.done;
}

async function closing<T>(file: { readonly close: () => Promise<void> }, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } finally {
    await file.close();
  }
}

/** What of an import the command shows: the rest may come and go with versions. */
const countsSchema = importSchema.pick({ id: true, state: true, rowsRead: true, rowsAccepted: true, rowsRejected: true, eventsMade: true });
const takenSchema = z.object({
  import: countsSchema,
  rejected: z.array(z.object({ row: z.number(), code: z.string(), field: z.string(), detail: z.string() })),
});
const faultSchema = z.object({
  error: z.object({ code: z.string(), message: z.string(), field: z.string().optional(), mend: z.string().optional() }),
});

/** Posts until it is taken: a Terrace that restarts or is overloaded is waited for, since repeating a call changes nothing. */
async function post<T>(call: Call, path: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
  const text = JSON.stringify(body);
  for (let attempt = 1; ; attempt += 1) {
    const answer = await fetch(new URL(path, call.url), {
      method: "POST",
      headers: { authorization: `Bearer ${call.key}`, "content-type": "application/json" },
      body: text,
    }).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
    if (!(answer instanceof Error) && answer.ok) return schema.parse(await answer.json());
    if (attempt >= TRIES_MAX || (!(answer instanceof Error) && answer.status !== 429 && answer.status < 500))
      throw new ImportFailed(await explain(answer, call.url));
    const asked = answer instanceof Error ? 0 : Number(answer.headers.get("retry-after") ?? 0) * 1000;
    await new Promise((resolve) => {
      setTimeout(resolve, Math.min(LONGEST_WAIT_MS, Math.max(asked, FIRST_WAIT_MS * 2 ** attempt)));
    });
  }
}

async function explain(answer: Response | Error, url: string): Promise<string> {
  if (answer instanceof Error)
    return `Terrace does not answer at ${url}: ${answer.cause instanceof Error ? answer.cause.message : answer.message}`;
  const fault = faultSchema.safeParse(await answer.json().catch(() => undefined));
  if (!fault.success) return `Terrace answered ${answer.status}`;
  const { code, message, field, mend } = fault.data.error;
  return `Refused (${code})${field === undefined ? "" : ` at "${field}"`}: ${mend ?? message}`;
}

/** The file of rejected rows, made when there is one; a resumed import adds to it. */
function rejectedFile(path: string): {
  readonly open: (resumed: boolean) => Promise<void>;
  readonly add: (rejected: readonly RejectedLine[]) => Promise<void>;
  readonly close: () => Promise<void>;
} {
  let append = false;
  let stream: WriteStream | undefined;
  return {
    open: (resumed) => {
      append = resumed;
      return Promise.resolve();
    },
    add: async (rejected) => {
      if (stream === undefined) {
        stream = createWriteStream(path, { flags: append ? "a" : "w" });
        if (!append) stream.write("row,code,field,detail\n");
      }
      const isTaken = stream.write(
        rejected.map(({ row, code, field, detail }) => `${[String(row), code, field, detail].map(csvCell).join(",")}\n`).join(""),
      );
      if (!isTaken) await once(stream, "drain");
    },
    close: async () => {
      if (stream === undefined) return;
      stream.end();
      await once(stream, "finish");
    },
  };
}

/** A cell that a spreadsheet takes for a formula is made text. */
function csvCell(text: string): string {
  const safe = /^[=+@\t\r-]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function summary({
  rowsRead,
  rowsAccepted,
  rowsRejected,
  eventsMade,
}: {
  readonly rowsRead: number;
  readonly rowsAccepted: number;
  readonly rowsRejected: number;
  readonly eventsMade: number;
}): string {
  const number = (value: number): string => value.toLocaleString("en");
  return `${number(rowsRead)} rows read, ${number(rowsAccepted)} accepted, ${number(rowsRejected)} rejected, ${number(eventsMade)} events made`;
}

function say(io: CommandIo, text: string): number {
  io.stdout.write(text);
  return EXIT.done;
}

function complain(io: CommandIo, text: string, code: number): number {
  io.stderr.write(text);
  return code;
}
