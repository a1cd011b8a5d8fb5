import { EXPORT_FORMATS, exportSchema, type ExportFormat } from "@terrace/contract/api/exports";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { explain } from "./explain-answer.ts";
import type { CommandIo } from "./command-io.ts";

const HELP = `terrace export <what> --out <file> --key <secret key> [options]

Writes people, events or a list from a running Terrace to a file. <what> is people, events, or a list: event-definitions, quarantine,
audit, merges, conflicts, imports and others; see docs/guides/export.md.

  --out <file>               where to write; an incomplete file is removed
  --format <format>          csv, jsonl or parquet (default: by the name of the file, else csv)
  --filter <name=value>      a filter of the list; can be given several times, e.g. --filter tag=vip --filter from=2026-01-01T00:00:00Z
  --columns <a,b,…>          only these columns, e.g. id,phone,traits.city (CSV and Parquet)
  --clear --reason <text>    personal values in clear; needs a key with people:unmask, and is on record with the reason
  --key <key>                a secret key with the scope data:export (or TERRACE_SECRET_KEY)
  --url <url>                where Terrace answers (or TERRACE_URL; default http://127.0.0.1:7700)
  --help                     this text

JSONL of people and events in clear can be imported into an empty workspace and gives the same people and events.
Exit codes: 0 written, 1 failed, 2 wrong call.
`;

const EXIT = { done: 0, failed: 1, usage: 2 } as const;
const DEFAULT_URL = "http://127.0.0.1:7700";

/** The export cannot be made; the message is for the person at the terminal. */
class ExportFailed extends Error {}

/** The command line makes no sense. */
class CallWrong extends Error {}

type Call = {
  readonly what: string;
  readonly out: string;
  readonly format: ExportFormat;
  readonly filters: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly clear: boolean;
  readonly reason: string;
  readonly key: string;
  readonly url: string;
};

/** Runs `terrace export`; resolves with the exit code. */
export async function runExportCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  try {
    const call = readCall(argv, io.env);
    if (call === undefined) {
      io.stdout.write(HELP);
      return EXIT.done;
    }
    await writeFile(call, io);
    return EXIT.done;
  } catch (error) {
    if (error instanceof CallWrong) {
      io.stderr.write(`${error.message}\n\n${HELP}`);
      return EXIT.usage;
    }
    if (!(error instanceof ExportFailed)) throw error;
    io.stderr.write(`${error.message}\n`);
    return EXIT.failed;
  }
}

function readCall(argv: readonly string[], env: CommandIo["env"]): Call | undefined {
  const { values, positionals } = parseCommandLine(argv);
  if (values.help === true) return undefined;
  const [what] = positionals;
  if (what === undefined || positionals.length > 1 || values.out === undefined) throw new CallWrong("Name what to export and --out.");
  const key = values.key ?? env["TERRACE_SECRET_KEY"];
  if (key === undefined) throw new CallWrong("Give a secret key with --key or TERRACE_SECRET_KEY.");
  return {
    what,
    out: values.out,
    format: formatOf(values.format, values.out),
    filters: Object.fromEntries((values.filter ?? []).map(filterOf)),
    columns: values.columns === undefined ? [] : values.columns.split(",").map((name) => name.trim()),
    clear: values.clear === true,
    reason: values.reason ?? "",
    key,
    url: values.url ?? env["TERRACE_URL"] ?? DEFAULT_URL,
  };
}

function parseCommandLine(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      strict: true,
      allowPositionals: true,
      options: {
        out: { type: "string" },
        format: { type: "string" },
        filter: { type: "string", multiple: true },
        columns: { type: "string" },
        clear: { type: "boolean" },
        reason: { type: "string" },
        key: { type: "string" },
        url: { type: "string" },
        help: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new CallWrong(error instanceof Error ? error.message : String(error));
  }
}

function formatOf(asked: string | undefined, out: string): ExportFormat {
  const named = asked ?? /\.(\w+)$/.exec(out)?.[1]?.toLowerCase();
  const format = EXPORT_FORMATS.find((one) => one === named);
  if (format === undefined && asked !== undefined) throw new CallWrong(`There is no format ${asked}; use ${EXPORT_FORMATS.join(", ")}.`);
  return format ?? "csv";
}

function filterOf(text: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw new CallWrong(`Write a filter as name=value, not "${text}".`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** Writes beside the file and renames at the end, so that a file of the right name is always whole. */
async function writeFile(call: Call, io: CommandIo): Promise<void> {
  const { what, format, columns, filters, clear, reason } = call;
  const headers = { authorization: `Bearer ${call.key}`, "content-type": "application/json" };
  const asked = await request(call, "/api/workspaces/current/exports", {
    method: "POST",
    headers,
    body: JSON.stringify({ what, format, columns, filters, clear, reason }),
  });
  const { id } = exportSchema.parse(await asked.json());
  const answer = await request(call, `/api/workspaces/current/exports/${id}/file`, { headers: { authorization: headers.authorization } });
  if (answer.body === null) throw new ExportFailed("Terrace sent no file");
  const part = `${call.out}.part`;
  try {
    await pipeline(answer.body, createWriteStream(part));
    await rename(part, call.out);
  } catch (error) {
    await rm(part, { force: true });
    throw new ExportFailed(`The export broke off: ${error instanceof Error ? error.message : String(error)}`);
  }
  io.stdout.write(`Written: ${call.out}\n`);
}

async function request(call: Call, path: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(new URL(path, call.url), init).catch((error: unknown) =>
    error instanceof Error ? error : new Error(String(error)),
  );
  if (answer instanceof Error || !answer.ok) throw new ExportFailed(await explain(answer, call.url));
  return answer;
}
