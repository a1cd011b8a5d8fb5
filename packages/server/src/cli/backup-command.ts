import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { attachInstallation } from "../composition/attached.ts";
import { ConfigError, readStartConfig, type StartConfig } from "../config.ts";
import { BackupRefused, makeBackup, readPassphrase, requireStrong, verifyBackup } from "../modules/backup/module.ts";
import { StartFault } from "../platform/engines/start-fault.ts";
import { VERSION } from "../version.ts";
import { explainFault } from "./explain-fault.ts";
import { createProgressBar } from "./progress-bar.ts";

const HELP = `terrace backup <file> [options]

Copies everything (people, events, vault, settings, the master key) into one encrypted file, while Terrace runs or without it.
terrace backup --verify <file> reads a backup from end to end and writes nothing.

  --passphrase-file <file>  the passphrase is the first line of this file (or TERRACE_BACKUP_PASSPHRASE); at least 12 characters
  --data <folder>           the data directory of Terrace (or TERRACE_DATA; default ./data)
  --verify                  read a backup instead of making one
  --help                    this text

With DATABASE_URL and CLICKHOUSE_URL those engines are copied. Keep the passphrase apart from the file: nobody can open it without.
Exit codes: 0 done, 1 failed, 2 wrong call.
`;

/** What a command writes to and reads from. */
export type CommandIo = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: { readonly write: (text: string) => unknown; readonly isTTY?: boolean };
  readonly stderr: { readonly write: (text: string) => unknown; readonly isTTY?: boolean };
};

const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** Runs `terrace backup`; resolves with the exit code. */
export async function runBackupCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  try {
    const call = readCall(argv, io.env);
    if (call === "help") return say(io.stdout, HELP, EXIT.done);
    const passphrase = await readPassphrase(call.passphraseFile, io.env["TERRACE_BACKUP_PASSPHRASE"]);
    return call.verify ? await verify(call, passphrase, io) : await backup(call, requireStrong(passphrase), io);
  } catch (error) {
    return explainFailure(error, io);
  }
}

/** What went wrong, for the person at the terminal; rethrows what is not theirs to mend. */
export function explainFailure(error: unknown, io: CommandIo): number {
  if (error instanceof ConfigError) return say(io.stderr, `${error.message}\n`, EXIT.usage);
  if (error instanceof StartFault) return say(io.stderr, `${explainFault(error)}\n`, EXIT.failed);
  if (error instanceof BackupRefused) return say(io.stderr, `${error.message} (${error.code})\n`, EXIT.failed);
  if (error instanceof Error && error.name === "AbortError") return say(io.stderr, "Stopped; nothing was left behind.\n", EXIT.failed);
  throw error;
}

type Call = {
  readonly file: string;
  readonly config: StartConfig;
  readonly passphraseFile: string | undefined;
  readonly verify: boolean;
};

function readCall(argv: readonly string[], env: CommandIo["env"]): Call | "help" {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      strict: true,
      allowPositionals: true,
      options: {
        data: { type: "string" },
        "passphrase-file": { type: "string" },
        verify: { type: "boolean" },
        help: { type: "boolean" },
      },
    });
    if (values.help === true) return "help";
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw new ConfigError("Name one file (see --help)");
    const config = readStartConfig(values.data === undefined ? [] : ["--data", values.data], env);
    return { file: resolve(file), config, passphraseFile: values["passphrase-file"], verify: values.verify === true };
  } catch (error) {
    throw error instanceof ConfigError ? error : new ConfigError(`${error instanceof Error ? error.message : String(error)} (see --help)`);
  }
}

async function backup({ file, config }: Call, passphrase: string, io: CommandIo): Promise<number> {
  const warn = (_fields: object, message: string): void => {
    io.stderr.write(`${message}\n`);
  };
  const attached = await attachInstallation(config, {
    name: "backup",
    connectionsMax: 2,
    log: { info: () => undefined, warn, error: warn },
  });
  const interrupted = stopSignal();
  try {
    const startedAtMs = Date.now();
    const bar = createProgressBar(io.stderr, "Copying events");
    const made = await makeBackup({
      path: file,
      passphrase,
      version: VERSION,
      nowMs: Date.now,
      randomBytes: (count) => randomBytes(count),
      source: attached,
      signal: interrupted,
      onProgress: ({ done, total }) => bar.update(done, total),
    });
    bar.finish(made.counts.events);
    const { people, events, workspaces } = made.counts;
    return say(
      io.stdout,
      `${file}: ${megabytes(made.bytes)}, ${workspaces} workspaces, ${count(people)} people, ${count(events)} events, in ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s\n`,
      EXIT.done,
    );
  } finally {
    await attached.close();
  }
}

async function verify({ file }: Call, passphrase: string, io: CommandIo): Promise<number> {
  const { bytes, begin } = await verifyBackup(file, passphrase, () => undefined);
  const { people, events, workspaces } = begin.counts;
  return say(
    io.stdout,
    `${file} is whole: ${megabytes(bytes)}, made ${new Date(begin.madeAtMs).toISOString()} by Terrace ${begin.version}, ${workspaces} workspaces, ${count(people)} people, ${count(events)} events\n`,
    EXIT.done,
  );
}

/** Aborted when the terminal asks to stop, so that the unfinished file is taken away. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => controller.abort());
  return controller.signal;
}

/** A number as people read it. */
export function count(value: number): string {
  return value.toLocaleString("en");
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export function say(output: { readonly write: (text: string) => unknown }, text: string, code: number): number {
  output.write(text);
  return code;
}
