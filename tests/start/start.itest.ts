import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@terrace/testkit/terrace";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { ROOT } from "../style/source-files.ts";

const folders: string[] = [];
const started: Started[] = [];
/** A test that failed half-way may have left its server and engines running. */
afterEach(() => {
  for (const one of started.splice(0)) if (one.child.exitCode === null && one.child.signalCode === null) one.child.kill("SIGKILL");
  for (const id of folders.flatMap(processesOf).map((line) => Number.parseInt(line, 10))) process.kill(id, "SIGKILL");
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

type Started = { readonly child: ChildProcess; readonly output: () => string; readonly exit: Promise<number | null> };

function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "terrace-start-"));
  folders.push(folder);
  return folder;
}

/** Runs a command line as a person would, from the repo's folder. */
function run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Started {
  const child = spawn(command, args, {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, TERRACE_LOG_LEVEL: "warn", ...env },
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  const exit = new Promise<number | null>((resolve) => {
    child.once("exit", (code) => resolve(code));
  });
  const one = { child, output: () => output, exit };
  started.push(one);
  return one;
}

function npmStart(...args: string[]): Started {
  return run("npm", ["start", "--", ...args]);
}

async function ready(one: Started): Promise<string> {
  return eventually(async () => {
    if (one.child.exitCode !== null) throw new Error(one.output());
    const url = /Terrace is ready at (\S+)/.exec(one.output())?.[1];
    expect(url, one.output()).toBeDefined();
    return url ?? "";
  }, 60_000);
}

/** Processes whose command line or environment names the folder: the server and its engines. */
function processesOf(folder: string): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((id) => {
      try {
        const line = readFileSync(`/proc/${id}/cmdline`, "utf8").replaceAll("\0", " ");
        return line.includes(folder) ? [`${id} ${line.trim()}`] : [];
      } catch {
        // Ended meanwhile.
        return [];
      }
    });
}

describe("npm start", () => {
  test("prints where it is ready and a one-time sign-in, leaves nothing behind on SIGTERM to npm, starts again, and stops on Ctrl-C", async () => {
    const data = dataFolder();
    const one = npmStart("--port", "0", "--empty", "--data", data);
    const url = await ready(one);
    expect(one.output()).toMatch(/sign-in\?token=/);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const began = Date.now();
    one.child.kill("SIGTERM");
    expect(await one.exit).toBe(0);
    expect(Date.now() - began).toBeLessThan(10_000);
    await eventually(async () => expect(processesOf(data)).toEqual([]));

    const second = npmStart("--port", "0", "--empty", "--data", data);
    await ready(second);
    second.child.kill("SIGINT");
    expect(await second.exit).toBe(0);
  });

  test("says clearly that the port is taken", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const data = dataFolder();
    const one = npmStart("--port", String(port), "--empty", "--data", data);
    expect(await one.exit).not.toBe(0);
    server.close();
    expect(one.output()).toContain("port.in_use");
    expect(one.output()).toContain(String(port));
    expect(one.output()).not.toMatch(/^\s+at /m);
    await eventually(async () => expect(processesOf(data)).toEqual([]));
  });

  test("explains its options, and refuses what it does not know", async () => {
    const help = npmStart("--help");
    expect(await help.exit).toBe(0);
    for (const word of ["--port", "--host", "--data", "--empty", "--role", "DATABASE_URL", "CLICKHOUSE_URL", "TERRACE_INIT_OWNER"])
      expect(help.output()).toContain(word);
    const wrong = npmStart("--colour", "red");
    expect(await wrong.exit).not.toBe(0);
    expect(wrong.output()).toContain("--colour");
    expect(wrong.output()).not.toMatch(/^\s+at /m);
  });
});

describe("the platform check", () => {
  const check = (setup: string): { readonly status: number | null; readonly text: string } => {
    const script = `${setup}; const { requireSupportedPlatform } = await import(${JSON.stringify(join(ROOT, "scripts/platform-check.mjs"))}); requireSupportedPlatform();`;
    const done = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
    return { status: done.status, text: done.stderr };
  };

  test("passes here", () => {
    expect(check("")).toMatchObject({ status: 0, text: "" });
  });

  test("names the way out on Windows and on an old Node", () => {
    const windows = check(`Object.defineProperty(process, "platform", { value: "win32" })`);
    expect(windows.status).toBe(1);
    expect(windows.text).toMatch(/WSL2 or Docker[\s\S]*platform\.unsupported/);
    const old = check(`Object.defineProperty(process.versions, "node", { value: "18.19.0" })`);
    expect(old.status).toBe(1);
    expect(old.text).toContain("Node 20 or newer");
  });
});
