import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { restoreInstallation, type Restored } from "../composition/restore-installation.ts";
import { ConfigError, readStartConfig, type StartConfig } from "../config.ts";
import { openBackupFile, readPassphrase } from "../modules/backup/module.ts";
import { count, explainFailure, megabytes, say, type CommandIo } from "./backup-command.ts";
import { createProgressBar } from "./progress-bar.ts";

const HELP = `terrace restore <file> --data <empty folder> [options]

Makes an installation from a backup. The whole file is checked before anything is written. Until the restore is finished Terrace does
not start on the folder; after a restore that broke off, run the same command again. Nothing is sent outward afterwards until an owner
releases it in the console.

  --data <folder>           an empty or new data directory (or TERRACE_DATA)
  --erasures <path>         the list of erasures, or a folder or old data directory it lies in; also looked for beside the backup and in
                            TERRACE_ERASURES. Whoever was erased after the backup was made is erased again before Terrace can start
  --passphrase-file <file>  the passphrase is the first line of this file (or TERRACE_BACKUP_PASSPHRASE)
  --help                    this text

With DATABASE_URL and CLICKHOUSE_URL those databases are filled; they must be empty, and the folder receives the master key.
Exit codes: 0 done, 1 failed, 2 wrong call.
`;

/** Runs `terrace restore`; resolves with the exit code. */
export async function runRestoreCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  try {
    const call = readCall(argv, io.env);
    if (call === "help") return say(io.stdout, HELP, 0);
    const passphrase = await readPassphrase(call.passphraseFile, io.env["TERRACE_BACKUP_PASSPHRASE"]);
    return await restore(call, passphrase, io);
  } catch (error) {
    return explainFailure(error, io);
  }
}

type Call = {
  readonly file: string;
  readonly config: StartConfig;
  readonly passphraseFile: string | undefined;
  readonly erasures: readonly string[];
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
        erasures: { type: "string", multiple: true },
        help: { type: "boolean" },
      },
    });
    if (values.help === true) return "help";
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw new ConfigError("Name one file (see --help)");
    if (values.data === undefined && env["TERRACE_DATA"] === undefined)
      throw new ConfigError("Name an empty folder with --data (see --help)");
    const config = readStartConfig(values.data === undefined ? [] : ["--data", values.data], env);
    return { file: resolve(file), config, passphraseFile: values["passphrase-file"], erasures: values.erasures ?? [] };
  } catch (error) {
    throw error instanceof ConfigError ? error : new ConfigError(`${error instanceof Error ? error.message : String(error)} (see --help)`);
  }
}

async function restore({ file: path, config, erasures }: Call, passphrase: string, io: CommandIo): Promise<number> {
  const warn = (_fields: object, message: string): void => {
    io.stderr.write(`${message}\n`);
  };
  const file = await openBackupFile(path, passphrase);
  try {
    const startedAtMs = Date.now();
    io.stderr.write(`Checking ${megabytes(file.bytes)}\n`);
    await file.authenticate(() => undefined);
    const bar = createProgressBar(io.stderr, "Restoring events");
    const { begin, ...since } = await restoreInstallation({
      file,
      config,
      erasures: {
        named: erasures.map((place) => resolve(place)),
        likely: [dirname(path), ...(config.erasures === undefined ? [] : [resolve(config.erasures)])],
      },
      log: { info: () => undefined, warn, error: warn },
      onProgress: ({ phase, done, total }) => {
        if (phase === "events") bar.update(done, total);
      },
    });
    bar.finish(begin.counts.events);
    const { people, events, workspaces } = begin.counts;
    return say(
      io.stdout,
      `Restored ${workspaces} workspaces, ${count(people)} people, ${count(events)} events as of ${new Date(begin.madeAtMs).toISOString()}, in ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s.
Start it with: npm start -- --data ${config.data}
Everybody signs in anew; an owner without a password gets a link from: npm run terrace -- sign-in --data ${config.data}
Nothing is sent outward until an owner releases it in the console.

${erasuresTold(begin.madeAtMs, since)}
`,
      0,
    );
  } finally {
    await file.close();
  }
}

/** What became of people who were erased after the backup was made: said whatever it is, and loudest when nobody knows. */
function erasuresTold(madeAtMs: number, { lists, repeated }: Pick<Restored, "lists" | "repeated">): string {
  const made = new Date(madeAtMs).toISOString();
  if (lists.length === 0)
    return `WARNING: no list of erasures was found. Whoever was erased after ${made} is in this installation AGAIN.
It lies in the erasures folder of the old data directory and beside the backups of the plan. Restore again with --erasures <path>, or
erase them anew from your certificates before anybody works with this installation.`;
  const read = lists.map(({ path, asOfMs }) => `  ${path}, complete up to ${new Date(asOfMs).toISOString()}`);
  const { erasures, ids, admitted, toAdmit } = repeated;
  const done =
    erasures === 0
      ? `Nobody was erased after ${made}, by the lists of erasures:`
      : `Erased again: ${count(ids)} ids of ${count(erasures)} erasures after ${made}. Their ids are refused and their keys destroyed; the rest goes when Terrace runs. Lists of erasures:`;
  return [
    done,
    ...read,
    ...(admitted === 0 ? [] : [`Let in again, as before: ${count(admitted)} ids.`]),
    ...(toAdmit === 0
      ? []
      : [`${count(toAdmit)} of the ids erased again had been let in since; let them in anew when their erasure is finished.`]),
  ].join("\n");
}
