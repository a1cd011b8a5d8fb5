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
  sign-in               make a one-time sign-in link for an owner who is locked out
  replay <consumer>     make one consumer read the feed again from a time
  verify-audit          check that nobody tampered with the audit log

  --version             the version
  --help                this text
`;

/** Runs one command line, loading only what that command needs; resolves with the exit code. */
async function run(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv;
  switch (command) {
    case "start":
      return (await import("./cli/start-command.ts")).runStartCommand(rest, process.env);
    case "import":
      return (await import("./cli/import-command.ts")).runImportCommand(rest, process);
    case "sign-in":
      return (await import("./cli/sign-in-command.ts")).runSignInCommand(rest, process);
    case "replay":
      return (await import("./cli/replay-command.ts")).runReplayCommand(rest, process.env);
    case "verify-audit":
      return (await import("./cli/verify-audit-command.ts")).runVerifyAuditCommand(rest, process);
    case undefined:
    case "help":
    case "--help":
    case "-h":
      process.stdout.write(HELP);
      return 0;
    case "--version":
      process.stdout.write(`${VERSION}\n`);
      return 0;
    default:
      process.stderr.write(`${command.startsWith("-") ? `Name a command before ${command}` : `Unknown command "${command}"`}.\n\n${HELP}`);
      return 2;
  }
}

process.exitCode = await run(process.argv.slice(2));
// Whatever an engine's library may still hold open, the work is done.
process.exit();
