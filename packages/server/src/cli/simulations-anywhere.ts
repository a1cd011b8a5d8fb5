import { listSimulations, simulationSchema, type SimulationView } from "@terrace/contract/api/simulations";
import { randomBytes } from "node:crypto";
import { z } from "zod";
import { readStartConfig } from "../config.ts";
import { createAccessModule } from "../modules/access/module.ts";
import { createSimulations, type SimulationOrder } from "../modules/simulations/module.ts";
import { attachPostgres } from "../platform/engines/attach-postgres.ts";
import { openPostgres, type PostgresAddress } from "../platform/storage/postgres.ts";
import type { Result } from "@terrace/domain/result";

/** The simulations of a Terrace, reached over HTTP or in its database. */
export type SimulationsAnywhere = {
  /** False: nobody plays what is asked for until Terrace starts. */
  readonly isRunning: boolean;
  readonly order: (order: SimulationOrder) => Promise<SimulationView>;
  readonly setLife: (workspace: string, life: { readonly live: boolean; readonly speed?: number }) => Promise<SimulationView>;
  readonly list: () => Promise<readonly SimulationView[]>;
  readonly close: () => Promise<void>;
};

/** It cannot be done; the message is for the person at the terminal. */
export class SimulationRefused extends Error {}

const DEFAULT_URL = "http://127.0.0.1:7700";
const PATH = "/api/workspaces/current/simulations";

type Remote = { readonly key: string; readonly url: string | undefined };

/** Over the HTTP API, with a secret key. */
export function remoteSimulations({ key, url }: Remote, env: Readonly<Record<string, string | undefined>>): SimulationsAnywhere {
  const base = url ?? env["TERRACE_URL"] ?? DEFAULT_URL;
  const ask = async <T>(method: string, path: string, schema: z.ZodType<T>, body?: unknown): Promise<T> => {
    const answer = await fetch(new URL(path, base), {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((error: unknown) => {
      throw new SimulationRefused(`Terrace does not answer at ${base}: ${error instanceof Error ? error.message : String(error)}`);
    });
    if (!answer.ok) throw new SimulationRefused(await explain(answer));
    return schema.parse(await answer.json());
  };
  return {
    isRunning: true,
    order: (order) => ask("POST", PATH, simulationSchema, order),
    setLife: (workspace, life) => ask("PATCH", `${PATH}/${workspace}`, simulationSchema, life),
    list: async () => (await ask("GET", PATH, listSimulations.response)).items,
    close: () => Promise.resolve(),
  };
}

const faultSchema = z.object({ error: z.object({ code: z.string(), message: z.string(), mend: z.string().optional() }) });

async function explain(answer: Response): Promise<string> {
  const fault = faultSchema.safeParse(await answer.json().catch(() => undefined));
  if (!fault.success) return `Terrace answered ${answer.status}`;
  const { code, message, mend } = fault.data.error;
  return `Refused (${code}): ${mend ?? message}`;
}

type Io = { readonly env: Readonly<Record<string, string | undefined>>; readonly stderr: { readonly write: (text: string) => unknown } };

/** In the database of a data directory (or DATABASE_URL), whether Terrace runs on it or not; whoever may read it is in charge of it. */
export async function localSimulations(data: string | undefined, io: Io): Promise<SimulationsAnywhere> {
  const config = readStartConfig(data === undefined ? [] : ["--data", data], io.env);
  if (config.databaseUrl !== undefined) return inDatabase({ url: config.databaseUrl }, true, () => Promise.resolve());
  const warn = (_fields: object, message: string): void => {
    io.stderr.write(`${message}\n`);
  };
  const attached = await attachPostgres(config.data, { info: () => undefined, warn, error: warn });
  return inDatabase(attached.address, attached.isTerraceRunning, attached.close);
}

async function inDatabase(address: PostgresAddress, isRunning: boolean, detach: () => Promise<void>): Promise<SimulationsAnywhere> {
  const db = openPostgres(address, { connectionsMax: 1, name: "terrace-simulate" });
  const quiet = (): void => undefined;
  const log = { info: quiet, warn: quiet, error: quiet };
  const access = createAccessModule({ db, nowMs: Date.now, randomBytes: (count) => randomBytes(count), log });
  const simulations = createSimulations({ db, access, nowMs: Date.now, changed: quiet });
  const close = async (): Promise<void> => {
    await db.end({ timeout: 3 });
    await detach();
  };
  const [first] = await access.workspaces().catch(async (error: unknown) => {
    await close();
    throw new SimulationRefused(`The database cannot be used: ${error instanceof Error ? error.message : String(error)}`);
  });
  if (first === undefined) {
    await close();
    throw new SimulationRefused("There is no workspace yet; start Terrace once (workspace.not_found)");
  }
  const who = { workspaceId: first.workspaceId, actor: "terrace", ip: "" };
  return {
    isRunning,
    order: async (order) => valueOf(await simulations.order(who, order)),
    setLife: async (workspace, life) => valueOf(await simulations.setLife(who, Number(workspace), life)),
    list: () => simulations.list(first.workspaceId),
    close,
  };
}

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new SimulationRefused(`Refused (${result.fault.code}): ${result.fault.mend ?? ""}`);
  return result.value;
}
