import { parseArgs } from "node:util";
import { ConfigError, readStartConfig, type StartConfig } from "../config.ts";
import { checkAuditChain, holdsLink, listWorkspaces, type ChainBreak, type ChainLink } from "../modules/access/module.ts";
import { StartFault } from "../platform/engines/start-fault.ts";
import type { Db } from "../platform/storage/postgres.ts";
import { withDatabase } from "./attached-database.ts";
import { explainFault } from "./explain-fault.ts";

const HELP = `terrace verify-audit [options]

Hashes every entry of the audit log anew and compares with the chain of hashes that was written along with it. Names the first entry that was
changed, taken out or slipped in. Works beside a running Terrace as well as without one.

  --data <folder>          the data directory of Terrace (or TERRACE_DATA; default ./data)
  --workspace <id>         only this workspace; default: all of them
  --head <position:hash>   with --workspace: also check that this link, noted at an earlier run, still stands in the chain. Only that tells when
                           entries were taken off the end of the chain together with their hashes
  --help                   this text

With DATABASE_URL that database is read instead. Exit codes: 0 whole, 1 broken, 2 wrong call, 3 could not be read.
`;

type Io = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: { readonly write: (text: string) => unknown };
  readonly stderr: { readonly write: (text: string) => unknown };
};

const EXIT = { whole: 0, broken: 1, usage: 2, failed: 3 } as const;

const WORDS: Readonly<Record<ChainBreak["kind"], string>> = {
  changed: "was changed after it was written (or an entry or hash before it was)",
  missing: "was deleted from the log",
  gap: "follows a gap: links before it were taken out of the chain",
  unchained: "was written into the log past its chain",
};

/** Runs `terrace verify-audit`; resolves with the exit code. */
export async function runVerifyAuditCommand(argv: readonly string[], io: Io): Promise<number> {
  try {
    const call = readCall(argv, io.env);
    if (call === "help") {
      io.stdout.write(HELP);
      return EXIT.whole;
    }
    const warn = (message: string): void => {
      io.stderr.write(`${message}\n`);
    };
    return await withDatabase(call.config, "verify-audit", warn, (db) => verify(db, call, io));
  } catch (error) {
    if (error instanceof ConfigError) {
      io.stderr.write(`${error.message}\n`);
      return EXIT.usage;
    }
    if (!(error instanceof Error)) throw error;
    io.stderr.write(`${error instanceof StartFault ? explainFault(error) : `The audit log cannot be read: ${error.message}`}\n`);
    return EXIT.failed;
  }
}

type Call = { readonly config: StartConfig; readonly workspaceId: number | undefined; readonly head: ChainLink | undefined };

function readCall(argv: readonly string[], env: Io["env"]): Call | "help" {
  const values = parsed(argv);
  if (values.help === true) return "help";
  const { workspace } = values;
  if (workspace !== undefined && !/^[1-9]\d{0,8}$/.test(workspace)) throw new ConfigError("--workspace must be the number of a workspace");
  return {
    config: readStartConfig(values.data === undefined ? [] : ["--data", values.data], env),
    workspaceId: workspace === undefined ? undefined : Number(workspace),
    head: readHead(values),
  };
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      strict: true,
      options: { data: { type: "string" }, workspace: { type: "string" }, head: { type: "string" }, help: { type: "boolean" } },
    }).values;
  } catch (error) {
    throw new ConfigError(`${error instanceof Error ? error.message : String(error)} (see --help)`);
  }
}

function readHead({ head, workspace }: ReturnType<typeof parsed>): ChainLink | undefined {
  if (head === undefined) return undefined;
  const [, position, hash] = /^([1-9]\d{0,17}):([\da-f]{64})$/.exec(head) ?? [];
  if (position === undefined || hash === undefined || workspace === undefined)
    throw new ConfigError("--head must be <position>:<hash> as printed by an earlier run, together with --workspace");
  return { position, hash };
}

async function verify(db: Db, call: Call, io: Io): Promise<number> {
  const workspaces = (await listWorkspaces(db)).filter(
    ({ workspaceId }) => call.workspaceId === undefined || workspaceId === call.workspaceId,
  );
  if (workspaces.length === 0) {
    io.stderr.write("There is no such workspace.\n");
    return EXIT.usage;
  }
  let whole = true;
  for (const { workspaceId, name } of workspaces) {
    const { entries, head, broken } = await checkAuditChain(db, workspaceId);
    const title = `workspace ${workspaceId} (${name})`;
    if (broken !== undefined) {
      whole = false;
      const where = broken.position === "" ? "" : ` at position ${broken.position}`;
      const said = broken.action === "" ? "" : `, ${broken.action} by ${broken.actor} at ${broken.at?.toISOString() ?? "an unknown time"}`;
      io.stdout.write(
        `${title}: BROKEN${where}: entry ${broken.auditId}${said}: ${WORDS[broken.kind]}. ${entries} entries before it are whole.\n`,
      );
    } else io.stdout.write(`${title}: ${entries} entries, whole; head ${head === undefined ? "none" : `${head.position}:${head.hash}`}\n`);
    if (call.head !== undefined && !(await holdsLink(db, workspaceId, call.head))) {
      whole = false;
      io.stdout.write(`${title}: BROKEN: the link ${call.head.position}:${call.head.hash} does not stand in the chain any more.\n`);
    }
  }
  return whole ? EXIT.whole : EXIT.broken;
}
