import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";
import { VERSION } from "./version.ts";

// Compiled modules are kept between starts, which halves the time to ready; the pipeline thread and the engine's process find the folder in
// the environment. A folder that cannot be written costs only the time saved.
process.env["NODE_COMPILE_CACHE"] ??= fileURLToPath(new URL("../../../.cache/compile", import.meta.url));
enableCompileCache(process.env["NODE_COMPILE_CACHE"]);

const HELP = `terrace <command>

Commands
  start                 start Terrace (the default); terrace start --help lists the options
  import <file>         import events or people from CSV or JSONL; terrace import --help
  sign-in               make a new one-time sign-in link for a locked-out owner; terrace sign-in --help
  replay <consumer>     make one consumer read the feed again from a time; terrace replay --help
`;

/** Runs one command line, loading only what that command needs; resolves with the exit code. */
async function run(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv;
  switch (command) {
    case "import":
      return (await import("./cli/import-command.ts")).runImportCommand(rest, process);
    case "sign-in":
      return (await import("./cli/sign-in-command.ts")).runSignInCommand(rest, process);
    case "replay":
      return (await import("./cli/replay-command.ts")).runReplayCommand(rest, process.env);
    case "help":
      process.stdout.write(HELP);
      return 0;
    case "--version":
      process.stdout.write(`${VERSION}\n`);
      return 0;
    case "start":
      return (await import("./cli/start-command.ts")).runStartCommand(rest, process.env);
    default:
      if (command === undefined || command.startsWith("-"))
        return (await import("./cli/start-command.ts")).runStartCommand(argv, process.env);
      process.stderr.write(`Unknown command "${command}".\n\n${HELP}`);
      return 2;
  }
}

process.exitCode = await run(process.argv.slice(2));
// Whatever an engine's library may still hold open, the work is done.
process.exit();
