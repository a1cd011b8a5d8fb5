import { eventTypesSchema } from "@terrace/contract/api/events";
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { z } from "zod";
import { ConfigError, readStartConfig } from "../config.ts";
import { describeEventTypes } from "../modules/collect/module.ts";
import { attachPostgres } from "../platform/engines/attach-postgres.ts";
import { StartFault } from "../platform/engines/start-fault.ts";
import { openPostgres } from "../platform/storage/postgres.ts";
import { explainFault } from "./explain-fault.ts";

const HELP = `terrace types [options]

Writes a TypeScript file with the events of a workspace and their properties, from the event definitions: schemas decide, what was seen is
optional. It types track() of the SDK: createTerrace<TerraceEvents>({ … }).

  --out <file>         where to write; default: to the terminal
  --key <secret key>   of the workspace (or TERRACE_SECRET_KEY); asks a running Terrace
  --url <address>      of Terrace (or TERRACE_URL; default http://127.0.0.1:7700)
  --data <folder>      without a key: reads the data directory on this machine (or TERRACE_DATA; default ./data)
  --workspace <id>     with --data: which workspace; default 1
  --help               this text

Exit codes: 0 written, 1 failed, 2 wrong call.
`;

type Io = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: { readonly write: (text: string) => unknown };
  readonly stderr: { readonly write: (text: string) => unknown };
};
const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** The types cannot be had; the message is for the person at the terminal. */
class TypesFailed extends Error {}

/** Runs `terrace types`; resolves with the exit code. */
export async function runTypesCommand(argv: readonly string[], io: Io): Promise<number> {
  const complain = (message: string, code: number): number => {
    io.stderr.write(`${message}\n`);
    return code;
  };
  try {
    const call = readCall(argv);
    if (call.help === true) {
      io.stdout.write(HELP);
      return EXIT.done;
    }
    const key = call.key ?? io.env["TERRACE_SECRET_KEY"];
    const found =
      key === undefined ? await readHere(call, io) : await readOver(call.url ?? io.env["TERRACE_URL"] ?? "http://127.0.0.1:7700", key);
    if (call.out === undefined) io.stdout.write(found.typescript);
    else {
      await writeFile(call.out, found.typescript).catch((error: unknown) => {
        throw new TypesFailed(`${call.out ?? ""} cannot be written: ${String(error)}`);
      });
      io.stdout.write(`Types of ${found.events} events are in ${call.out}.\n`);
    }
    return EXIT.done;
  } catch (error) {
    if (error instanceof ConfigError) return complain(error.message, EXIT.usage);
    if (error instanceof StartFault) return complain(explainFault(error), EXIT.failed);
    if (error instanceof TypesFailed) return complain(error.message, EXIT.failed);
    throw error;
  }
}

type Call = Readonly<Partial<Record<"out" | "key" | "url" | "data" | "workspace", string>>> & { readonly help?: boolean };

function readCall(argv: readonly string[]): Call {
  const text = { type: "string" } as const;
  try {
    const { values } = parseArgs({
      args: [...argv],
      strict: true,
      options: { out: text, key: text, url: text, data: text, workspace: text, help: { type: "boolean" } },
    });
    if (values.workspace !== undefined && !/^[1-9]\d{0,8}$/.test(values.workspace)) throw new Error("--workspace is a number");
    return values;
  } catch (error) {
    throw new ConfigError(`${error instanceof Error ? error.message : String(error)} (see --help)`);
  }
}

type Types = { readonly typescript: string; readonly events: number };
const faultSchema = z.object({ error: z.object({ code: z.string(), message: z.string(), mend: z.string().optional() }) });

async function readOver(url: string, key: string): Promise<Types> {
  const answer = await fetch(new URL("/api/workspaces/current/event-types", url), { headers: { authorization: `Bearer ${key}` } }).catch(
    (error: unknown) => {
      throw new TypesFailed(`Terrace does not answer at ${url}: ${error instanceof Error ? error.message : String(error)}`);
    },
  );
  const body: unknown = await answer.json().catch(() => undefined);
  if (answer.ok) return eventTypesSchema.parse(body);
  const fault = faultSchema.safeParse(body);
  throw new TypesFailed(
    fault.success
      ? `Refused (${fault.data.error.code}): ${fault.data.error.mend ?? fault.data.error.message}`
      : `Terrace answered ${answer.status}`,
  );
}

async function readHere({ data, workspace }: Call, io: Io): Promise<Types> {
  const config = readStartConfig(data === undefined ? [] : ["--data", data], io.env);
  const warn = (_fields: object, message: string): void => {
    io.stderr.write(`${message}\n`);
  };
  const attached =
    config.databaseUrl === undefined
      ? await attachPostgres(config.data, { info: () => undefined, warn, error: warn })
      : { address: { url: config.databaseUrl }, close: () => Promise.resolve() };
  const db = openPostgres(attached.address, { connectionsMax: 1, name: "terrace-types" });
  try {
    const found = await describeEventTypes(db, Number(workspace ?? 1));
    if (found.events === 0) io.stderr.write(`Workspace ${workspace ?? "1"} has no events yet.\n`);
    return found;
  } finally {
    await db.end({ timeout: 3 });
    await attached.close();
  }
}
