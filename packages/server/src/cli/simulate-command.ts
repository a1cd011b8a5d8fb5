import { simulationSchema, type SimulationView } from "@terrace/contract/api/simulations";
import { parseArgs } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import { objectionTo, type SimulationConfig } from "../../../simulator/src/plan.ts";
import { createSimulation, pastEvents } from "../../../simulator/src/simulation.ts";
import { StartFault } from "../platform/engines/start-fault.ts";
import { FIRST_SIMULATION } from "../modules/simulations/module.ts";
import { explainFault } from "./explain-fault.ts";
import { createProgressBar } from "./progress-bar.ts";
import { localSimulations, remoteSimulations, SimulationRefused, type SimulationsAnywhere } from "./simulations-anywhere.ts";

const HELP = `terrace simulate [options]

Makes a workspace of its own, labelled as simulated, and fills it with the life of a made-up Chinese tea chain: the same numbers always give the
same people and events. Nothing real is ever touched. See docs/guides/simulator.md.

  --people <n>        how many people (default 20000)
  --days <n>          how many days up to now (default 180)
  --seed <n>          which business (default 1)
  --workspace <name>  the workspace's name (default 模拟数据); the same call again goes on with the one that is there
  --live              let its people go on acting in real time, until --stop
  --speed <x>         with --live: so many times as fast (default 1)
  --stop              let it stand still
  --manifest          print what is planted in it and what came of it as JSON; needs no Terrace
  --end <time>        where its past ends (ISO time with its zone; default now)

Where: a Terrace that is reached over HTTP, or the one of a data directory
  --key <key>         a secret key with the scope workspace:manage (or TERRACE_SECRET_KEY)
  --url <url>         where Terrace answers (or TERRACE_URL; default http://127.0.0.1:7700)
  --data <folder>     without a key: the data directory of Terrace on this machine (or TERRACE_DATA; default ./data)
  --help              this text

Exit codes: 0 done, 1 failed, 2 wrong call.
`;

/** The surroundings of a command: \`process\` fits. */
export type CommandIo = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: { readonly write: (text: string) => unknown; readonly isTTY?: boolean };
  readonly stderr: { readonly write: (text: string) => unknown };
};

const EXIT = { done: 0, failed: 1, usage: 2 } as const;
const LOOK_EVERY_MS = 500;

/** The command line makes no sense. */
class CallWrong extends Error {}

type Call = Omit<SimulationConfig, "endMs"> & {
  readonly name: string;
  readonly live: boolean;
  readonly speed: number;
  readonly stop: boolean;
  readonly manifest: boolean;
  readonly end: string | undefined;
  readonly endMs: number;
  readonly key: string | undefined;
  readonly url: string | undefined;
  readonly data: string | undefined;
};

/** Runs `terrace simulate`; resolves with the exit code. */
export async function runSimulateCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  try {
    const call = readCall(argv, io.env);
    if (call === "help") return say(io.stdout, HELP, EXIT.done);
    if (call.manifest) return say(io.stdout, `${JSON.stringify(manifestOf(call), undefined, 1)}\n`, EXIT.done);
    const where = call.key === undefined ? await localSimulations(call.data, io) : remoteSimulations({ ...call, key: call.key }, io.env);
    try {
      return await order(call, where, io);
    } finally {
      await where.close();
    }
  } catch (error) {
    if (error instanceof CallWrong) return say(io.stderr, `${error.message}\n\n${HELP}`, EXIT.usage);
    if (error instanceof SimulationRefused) return say(io.stderr, `${error.message}\n`, EXIT.failed);
    if (error instanceof StartFault) return say(io.stderr, `${explainFault(error)}\n`, EXIT.failed);
    throw error;
  }
}

function readCall(argv: readonly string[], env: CommandIo["env"]): Call | "help" {
  const values = readArguments(argv);
  if (values.help === true) return "help";
  const config = {
    people: numberIn(values.people, "--people") ?? FIRST_SIMULATION.people,
    days: numberIn(values.days, "--days") ?? FIRST_SIMULATION.days,
    seed: numberIn(values.seed, "--seed") ?? FIRST_SIMULATION.seed,
  };
  const objection = objectionTo(config);
  if (objection !== undefined) throw new CallWrong(`--${objection.field}: ${objection.mend}.`);
  const speed = numberIn(values.speed, "--speed") ?? 1;
  if (!(speed > 0)) throw new CallWrong("--speed: send a number above 0.");
  return {
    ...config,
    ...endOf(values.end),
    speed,
    name: values.workspace ?? FIRST_SIMULATION.name,
    live: values.live === true,
    stop: values.stop === true,
    manifest: values.manifest === true,
    key: values.key ?? env["TERRACE_SECRET_KEY"],
    url: values.url,
    data: values.data,
  };
}

function endOf(text: string | undefined): Pick<Call, "end" | "endMs"> {
  if (text === undefined) return { end: undefined, endMs: Date.now() };
  const endMs = Date.parse(text);
  if (Number.isNaN(endMs)) throw new CallWrong("--end: send a time such as 2026-11-22T13:00:00+08:00.");
  return { end: new Date(endMs).toISOString(), endMs };
}

function readArguments(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      strict: true,
      options: {
        people: { type: "string" },
        days: { type: "string" },
        seed: { type: "string" },
        workspace: { type: "string" },
        live: { type: "boolean" },
        speed: { type: "string" },
        stop: { type: "boolean" },
        manifest: { type: "boolean" },
        end: { type: "string" },
        key: { type: "string" },
        url: { type: "string" },
        data: { type: "string" },
        help: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    throw new CallWrong(error instanceof Error ? error.message : String(error));
  }
}

function numberIn(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new CallWrong(`${option} takes a number; "${text}" is none.`);
  return value;
}

function manifestOf(config: SimulationConfig): unknown {
  const simulation = createSimulation(config);
  for (const _ of pastEvents(simulation));
  return simulation.manifest();
}

async function order(call: Call, where: SimulationsAnywhere, io: CommandIo): Promise<number> {
  if (call.stop) {
    const known = (await where.list()).find(({ name }) => name === call.name);
    if (known === undefined) throw new SimulationRefused(`There is no simulated workspace "${call.name}" (simulation.not_found)`);
    await where.setLife(known.workspace, { live: false });
    return say(io.stdout, `"${call.name}" stands still.\n`, EXIT.done);
  }
  const { name, people, days, seed, live, speed, end } = call;
  const started = await where.order({ name, people, days, seed, live, speed, ...(end === undefined ? {} : { end }) });
  if (!where.isRunning)
    return say(io.stdout, `"${name}" is asked for; it is filled as soon as Terrace starts on this data directory.\n`, EXIT.done);
  await watch(started, where, io);
  return say(io.stdout, live ? `"${name}" lives from now on; stop it with --stop.\n` : `"${name}" is filled.\n`, EXIT.done);
}

/** Follows the filling to its end. */
async function watch(started: SimulationView, where: SimulationsAnywhere, io: CommandIo): Promise<void> {
  if (started.state === "filled") return;
  const bar = createProgressBar(io.stdout, `Filling "${started.name}"`, Date.now, "events");
  bar.resume(started.events);
  for (;;) {
    const now = (await where.list()).find(({ workspace }) => workspace === started.workspace);
    if (now === undefined) throw new SimulationRefused(`"${started.name}" is gone (simulation.not_found)`);
    const view = simulationSchema.parse(now);
    if (view.state === "filled") return bar.finish(view.events);
    bar.update(view.events, view.filled > 0 ? Math.round(view.events / view.filled) : 0);
    await sleep(LOOK_EVERY_MS);
  }
}

function say(output: { readonly write: (text: string) => unknown }, text: string, code: number): number {
  output.write(text);
  return code;
}
