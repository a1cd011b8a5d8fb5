import { flushCompileCache } from "node:module";
import { setFlagsFromString } from "node:v8";
import { ConfigError, readStartConfig, START_HELP } from "../config.ts";
import { StartFault } from "../platform/engines/start-fault.ts";
import { VERSION } from "../version.ts";
import { explainFault } from "./explain-fault.ts";
import type { StopAsked } from "../composition/stop-asked.ts";

/**
 * How far (in percent of what is alive) a heap may grow before it is collected in full. Batches of events are garbage within a second or two:
 * with the usual bound they were marked once per batch, which took a sixth of all processor time.
 */
const HEAP_GROWTH_PERCENT = 300;

/** From the signal to the exit; the rest is left to the crash recovery of the engines. */
const STOP_WITHIN_MS = 9_500;

/** Runs Terrace until SIGTERM or SIGINT; resolves with the exit code. */
export async function runStartCommand(argv: readonly string[], environment: Readonly<Record<string, string | undefined>>): Promise<number> {
  if (argv.includes("--help") || argv.includes("-h")) return print(START_HELP);
  if (argv.includes("--version")) return print(`${VERSION}\n`);
  try {
    const config = readStartConfig(argv, environment);
    setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`);
    const stopAsked = signalled();
    // Loaded only now: asking for help must not wait for the whole server.
    const { startTerrace } = await import("../composition/terrace.ts");
    const terrace = await startTerrace(config, process.stdout, stopAsked);
    // Now rather than at the end, which may be a kill.
    flushCompileCache();
    await stopAsked.promise;
    const late = setTimeout(() => {
      process.stderr.write(`Terrace did not stop within ${STOP_WITHIN_MS / 1000} s; leaving the rest to recovery at the next start.\n`);
      process.exit(1);
    }, STOP_WITHIN_MS);
    await terrace.stop();
    clearTimeout(late);
    return 0;
  } catch (error) {
    if (error instanceof ConfigError) return complain(error.message, 2);
    if (error instanceof StartFault) return complain(explainFault(error), 1);
    throw error;
  }
}

function signalled(): StopAsked {
  const controller = new AbortController();
  const promise = new Promise<void>((resolve) => {
    for (const name of ["SIGTERM", "SIGINT"] as const)
      process.on(name, () => {
        controller.abort();
        resolve();
      });
  });
  return { promise, signal: controller.signal };
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function complain(text: string, code: number): number {
  process.stderr.write(`${text}\n`);
  return code;
}
