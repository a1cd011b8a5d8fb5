import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";
import { VERSION } from "./version.ts";

// Compiled modules are kept between starts, which halves the time to ready; the pipeline thread and the engine's process find the folder in
// the environment. A folder that cannot be written costs only the time saved.
process.env["NODE_COMPILE_CACHE"] ??= fileURLToPath(new URL("../../../.cache/compile", import.meta.url));
enableCompileCache(process.env["NODE_COMPILE_CACHE"]);

const HELP = `Terrace ${VERSION}

Usage: npm run terrace -- <command> [options]

Commands; each says more with --help
  start                 start Terrace, as npm start does
  import <file>         import events or people from a CSV or JSONL file
  export <what>         write people, events or a list to a CSV, JSONL or Parquet file
  simulate              make a workspace with a simulated business, or let one live
  types                 write the events of a workspace as TypeScript types
  sign-in               make a one-time sign-in link for an owner who is locked out
  replay <consumer>     make one consumer read the feed again from a time
  verify-audit          check that nobody tampered with the audit log
  verify-certificate <file>   check the certificate of an erasure
  backup <file>         copy everything into one encrypted file while Terrace runs
  restore <file>        make an installation from a backup
  doctor                check what must hold between the engines, and mend what is safe

  --version             the version
  --help                this text
`;

/** Each command loads only what it needs; resolves with the exit code. */
const COMMANDS: Readonly<Record<string, (argv: readonly string[]) => Promise<number>>> = {
  start: async (argv) => (await import("./cli/start-command.ts")).runStartCommand(argv, process.env),
  import: async (argv) => (await import("./cli/import-command.ts")).runImportCommand(argv, process),
  export: async (argv) => (await import("./cli/export-command.ts")).runExportCommand(argv, process),
  simulate: async (argv) => (await import("./cli/simulate-command.ts")).runSimulateCommand(argv, process),
  types: async (argv) => (await import("./cli/types-command.ts")).runTypesCommand(argv, process),
  "sign-in": async (argv) => (await import("./cli/sign-in-command.ts")).runSignInCommand(argv, process),
  replay: async (argv) => (await import("./cli/replay-command.ts")).runReplayCommand(argv, process.env),
  "verify-audit": async (argv) => (await import("./cli/verify-audit-command.ts")).runVerifyAuditCommand(argv, process),
  "verify-certificate": async (argv) => (await import("./cli/verify-certificate-command.ts")).runVerifyCertificateCommand(argv, process),
  backup: async (argv) => (await import("./cli/backup-command.ts")).runBackupCommand(argv, process),
  doctor: async (argv) => (await import("./cli/doctor-command.ts")).runDoctorCommand(argv, process),
  restore: async (argv) => (await import("./cli/restore-command.ts")).runRestoreCommand(argv, process),
};

/** Runs one command line. */
async function run(argv: readonly string[]): Promise<number> {
  const [command = "help", ...rest] = argv;
  if (Object.hasOwn(COMMANDS, command)) return (await COMMANDS[command]?.(rest)) ?? 0;
  if (["help", "--help", "-h"].includes(command)) return print(HELP);
  if (command === "--version") return print(`${VERSION}\n`);
  process.stderr.write(`${command.startsWith("-") ? `Name a command before ${command}` : `Unknown command "${command}"`}.\n\n${HELP}`);
  return 2;
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

process.exitCode = await run(process.argv.slice(2));
// Whatever an engine's library may still hold open, the work is done.
process.exit();
