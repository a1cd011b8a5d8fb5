import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { attachInstallation, type Attached } from "../composition/attached.ts";
import { EVENT_MIGRATIONS } from "../composition/event-engine.ts";
import { configuredLedgerFolders, ledgerFoldersNow } from "../composition/ledger-folders.ts";
import { ConfigError, readStartConfig, type StartConfig } from "../config.ts";
import { examine, type DoctorDeps, type ErasureLists, type Finding } from "../modules/doctor/module.ts";
import { checkTerms, confirmPersonChanges, pendingPersonChanges, refoldPeople } from "../modules/people/module.ts";
import { createErasureLedger, examineLedgers } from "../modules/rights/module.ts";
import { syncPersonMap } from "../modules/warehouse/module.ts";
import { knownSteps } from "../platform/storage/migrate.ts";
import { explainFailure, say, type CommandIo } from "./backup-command.ts";

const HELP = `terrace doctor [options]

Checks what must hold inside and between the engines: schema, clocks, disk, cursors of the feed, events per day, people, vault, search, and
whose every id is in ClickHouse. Works beside a running Terrace as well as without one.

  --fix             mend what is safe: what is made from other data that are still there, or written again from the feed
  --json            print JSON instead of a table
  --data <folder>   the data directory of Terrace (or TERRACE_DATA; default ./data)
  --help            this text

Exit codes: 0 all is well, 1 something is not, 2 wrong call.
`;

/** Runs `terrace doctor`; resolves with the exit code. */
export async function runDoctorCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  try {
    const call = readCall(argv, io.env);
    if (call === "help") return say(io.stdout, HELP, 0);
    const findings = await look(call, io);
    const bad = findings.some(({ verdict }) => verdict !== "ok");
    if (call.json) return say(io.stdout, `${JSON.stringify({ healthy: !bad, findings }, null, 2)}\n`, bad ? 1 : 0);
    const mendable = findings.some((finding) => finding.mendable);
    return say(io.stdout, mendable ? "\nRun terrace doctor --fix to mend what can be mended.\n" : "", bad ? 1 : 0);
  } catch (error) {
    return explainFailure(error, io);
  }
}

type Call = { readonly config: StartConfig; readonly fix: boolean; readonly json: boolean };

function readCall(argv: readonly string[], env: CommandIo["env"]): Call | "help" {
  try {
    const { values } = parseArgs({
      args: [...argv],
      strict: true,
      options: { data: { type: "string" }, fix: { type: "boolean" }, json: { type: "boolean" }, help: { type: "boolean" } },
    });
    if (values.help === true) return "help";
    const config = readStartConfig(values.data === undefined ? [] : ["--data", values.data], env);
    return { config, fix: values.fix === true, json: values.json === true };
  } catch (error) {
    throw error instanceof ConfigError ? error : new ConfigError(`${error instanceof Error ? error.message : String(error)} (see --help)`);
  }
}

async function look({ config, fix, json }: Call, io: CommandIo): Promise<readonly Finding[]> {
  const warn = (_fields: object, message: string): void => {
    io.stderr.write(`${message}\n`);
  };
  const attached = await attachInstallation(config, {
    name: "doctor",
    connectionsMax: 4,
    log: { info: () => undefined, warn, error: warn },
  });
  const { db, warehouse } = attached;
  try {
    const findings: Finding[] = [];
    const deps: DoctorDeps = {
      db,
      warehouse,
      knownSteps: () => knownSteps(EVENT_MIGRATIONS),
      folders: [resolve(config.data)],
      people: { checkTerms, refoldPeople },
      syncPeople: () =>
        syncPersonMap({
          warehouse,
          pending: (limit) => pendingPersonChanges(db, limit),
          confirm: (changes) => confirmPersonChanges(db, changes),
        }),
      erasureLists: erasureListsOf(config, attached, warn),
      nowMs: Date.now,
    };
    for await (const finding of examine(deps, fix)) {
      findings.push(finding);
      if (!json) io.stdout.write(line(finding));
    }
    return findings;
  } finally {
    await attached.close();
  }
}

function erasureListsOf(config: StartConfig, { db, privacy }: Attached, warn: (fields: object, message: string) => void): ErasureLists {
  const configured = configuredLedgerFolders(config);
  const lists = { db, privacy, ledgerFolders: () => ledgerFoldersNow(db, configured) };
  const log = { info: () => undefined, warn, error: warn };
  return { examine: () => examineLedgers(lists), bring: createErasureLedger({ ...lists, nowMs: Date.now, log }).bring };
}

const WORDS = { ok: "ok  ", warn: "WARN", bad: "BAD " } as const;

function line({ check, verdict, found, mend, mendable }: Finding): string {
  const advice = mend === "" ? "" : `\n${" ".repeat(23)}→ ${mend}${mendable ? " (--fix)" : ""}`;
  return `${WORDS[verdict]}  ${check.padEnd(16)} ${found}${advice}\n`;
}
