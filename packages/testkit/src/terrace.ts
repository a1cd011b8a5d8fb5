import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { fillFromTemplate } from "./engine-template.ts";

const MAIN = fileURLToPath(new URL("../../server/src/main.ts", import.meta.url));
const START_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 12_000;

export type StartOptions = {
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Keeps the data of an earlier start; the folder is then left to the caller. */
  readonly data?: string;
};

/** A real Terrace in a process of its own, with a workspace, an owner and keys. */
export type TestTerrace = {
  readonly url: string;
  readonly data: string;
  readonly pid: number;
  readonly writeKey: string;
  readonly secretKey: string;
  readonly owner: { readonly email: string; readonly password: string };
  /** Everything it printed so far. */
  readonly output: () => string;
  /** Calls the API with the secret key; a string is a path below `/api/workspaces/current`, or an absolute path. */
  readonly api: <T>(path: string, init?: { readonly method?: string; readonly body?: unknown }) => Promise<T>;
  /** Sends Segment calls through POST /v1/batch and expects 200. */
  readonly send: (
    batch: readonly unknown[],
  ) => Promise<{ readonly accepted: number; readonly rejected: readonly { readonly index: number; readonly code: string }[] }>;
  /** SIGTERM; resolves with the exit code. Removes the data unless they are the caller's. */
  readonly stop: () => Promise<number | null>;
  /** kill -9 of the main process only; the data stay. */
  readonly kill: () => Promise<void>;
};

const WRITE_KEY = "test-write-key";
const SECRET_KEY = "test-secret-key";
const OWNER = { email: "owner@example.test", password: "correct horse battery" };

/** Starts Terrace empty on a free port and waits until it says that it is ready. */
export async function startTerrace(options: StartOptions = {}): Promise<TestTerrace> {
  const data = options.data ?? (await mkdtemp(join(tmpdir(), "terrace-")));
  await fillFromTemplate(data);
  const child = spawn(process.execPath, [MAIN, "start", "--port", "0", "--data", data, "--empty", ...(options.args ?? [])], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      TERRACE_INIT_WRITE_KEY: WRITE_KEY,
      TERRACE_INIT_SECRET_KEY: SECRET_KEY,
      TERRACE_INIT_OWNER: `${OWNER.email}:${OWNER.password}`,
      TERRACE_LOG_LEVEL: "warn",
      ...options.env,
    },
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  const url = await ready(child, () => output);
  const removeData = async (): Promise<void> => {
    if (options.data === undefined) await rm(data, { recursive: true, force: true });
  };
  return {
    url,
    data,
    pid: child.pid ?? 0,
    writeKey: WRITE_KEY,
    secretKey: SECRET_KEY,
    owner: OWNER,
    output: () => output,
    api: (path, init) => callApi({ url, output: () => output }, path, init),
    send: (batch) => send(url, batch),
    stop: async () => {
      const code = await endWith(child, "SIGTERM");
      await removeData();
      return code;
    },
    kill: async () => {
      await endWith(child, "SIGKILL");
    },
  };
}

/** Asks again until the check passes; its last failure is thrown when the time is up. */
export async function eventually<T>(check: () => Promise<T>, withinMs = 45_000): Promise<T> {
  const until = Date.now() + withinMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > until) throw error;
      await sleep(100);
    }
  }
}

async function ready(child: ChildProcess, output: () => string): Promise<string> {
  const until = Date.now() + START_WITHIN_MS;
  while (Date.now() < until) {
    const match = /Terrace is ready at (\S+)/.exec(output());
    if (match?.[1] !== undefined) return match[1];
    if (child.exitCode !== null || child.signalCode !== null) break;
    await sleep(25);
  }
  child.kill("SIGKILL");
  throw new Error(`Terrace did not start:\n${output()}`);
}

async function endWith(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = new Promise<number | null>((resolve) => {
    child.once("exit", (code) => resolve(code));
  });
  child.kill(signal);
  const late = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS);
  const code = await exited;
  clearTimeout(late);
  return code;
}

/** Characters of the server's output that stand beside a failure of its own. */
const OUTPUT_SHOWN = 4_000;

async function callApi<T>(
  { url, output }: { readonly url: string; readonly output: () => string },
  path: string,
  init: { readonly method?: string; readonly body?: unknown } = {},
): Promise<T> {
  const target = path.startsWith("/api/") || !path.startsWith("/") ? path : `/api/workspaces/current${path}`;
  const answer = await fetch(new URL(target, url), {
    method: init.method ?? (init.body === undefined ? "GET" : "POST"),
    headers: { authorization: `Bearer ${SECRET_KEY}`, ...(init.body === undefined ? {} : { "content-type": "application/json" }) },
    ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
  });
  const text = await answer.text();
  if (!answer.ok) {
    // The server's log tells what went wrong there.
    const log = answer.status >= 500 ? `\n${output().slice(-OUTPUT_SHOWN)}` : "";
    throw new Error(`${init.method ?? "GET"} ${target} answered ${answer.status}: ${text}${log}`);
  }
  // The caller names the shape that the contract of the path declares.
  return JSON.parse(text) as T;
}

async function send(
  url: string,
  batch: readonly unknown[],
): Promise<{ readonly accepted: number; readonly rejected: readonly { readonly index: number; readonly code: string }[] }> {
  const answer = await fetch(new URL("/v1/batch", url), {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${WRITE_KEY}:`)}`, "content-type": "application/json" },
    body: JSON.stringify({ batch, sentAt: new Date().toISOString() }),
  });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`/v1/batch answered ${answer.status}: ${text}`);
  return JSON.parse(text) as { accepted: number; rejected: { index: number; code: string }[] };
}
