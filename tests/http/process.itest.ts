import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { afterEach, beforeEach, expect, test } from "vitest";
import { arrived } from "../sdk/arrivals.ts";

const MAIN = fileURLToPath(new URL("../../packages/server/src/main.ts", import.meta.url));

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "terrace-process-"));
});
afterEach(() => rm(data, { recursive: true, force: true }));

function run(args: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  return new Promise((resolve) => {
    child.on("exit", (code) => resolve({ code, output }));
  });
}

test("--help lists every option and --version answers", async () => {
  const help = await run(["start", "--help"]);
  expect(help.code).toBe(0);
  for (const option of [
    "--port",
    "--host",
    "--data",
    "--empty",
    "--role",
    "DATABASE_URL",
    "CLICKHOUSE_URL",
    "TERRACE_INIT_WRITE_KEY",
    "TERRACE_INIT_SECRET_KEY",
    "TERRACE_INIT_OWNER",
  ])
    expect(help.output).toContain(option);
  expect((await run(["--version"])).output).toMatch(/^\d+\.\d+\.\d+/);
  const wrong = await run(["start", "--port", "abc"]);
  expect(wrong.code).toBe(2);
  expect(wrong.output).toContain('--port takes a whole number from 0 to 65535; 0 takes any free port; "abc" is not that');
});

test.each([[[]], [["--help"]], [["help"]]])("%j lists the commands and starts nothing", async (argv) => {
  const help = await run(argv);
  expect(help.code).toBe(0);
  for (const command of ["start", "import", "sign-in", "replay"]) expect(help.output).toMatch(new RegExp(`^  ${command}\\b.*  \\S`, "m"));
});

test("a folder that cannot be made is refused in words", async () => {
  const refused = await run(["start", "--port", "0", "--empty", "--data", "/dev/null/x"]);
  expect(refused.code).toBe(1);
  expect(refused.output).toContain("data.unusable_path");
  expect(refused.output).not.toMatch(/^\s+at /m);
});

test("a taken port, a data directory in use and data of a newer version are named, with the mend", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => {
    taken.listen(0, "127.0.0.1", resolve);
  });
  const address = taken.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const refused = await run(["start", "--port", String(port), "--data", data, "--empty"]);
  expect(refused.output).toContain("port.in_use");
  expect(refused.code).toBe(1);
  taken.close();

  const terrace = await startTerrace({ data });
  const second = await run(["start", "--port", "0", "--data", data, "--empty"]);
  expect(second.output).toContain("data.in_use");
  expect(second.output).toContain(data);
  expect(second.output).not.toMatch(/^\s+at /m);
  expect(second.output).toContain(String(terrace.pid));
  expect(second.code).toBe(1);
  expect(await terrace.stop()).toBe(0);

  const [version] = (await readdir(data)).filter((name) => name.startsWith("version"));
  await writeFile(join(data, version ?? "version.json"), JSON.stringify({ format: 999 }));
  const newer = await run(["start", "--port", "0", "--data", data, "--empty"]);
  expect(newer.output).toContain("data.newer_version");
  expect(newer.code).toBe(1);
});

test("a stop drains what was acknowledged, ends the engines, and exits 0 within its bound; the next start has everything and answers health, readiness, metrics and its own description", async () => {
  let terrace = await startTerrace({ data });
  await terrace.send(
    Array.from({ length: 400 }, (_, index) => ({ type: "track", event: "Before Stop", userId: `u${index}`, messageId: `b${index}` })),
  );
  const stopAt = Date.now();
  expect(await terrace.stop()).toBe(0);
  expect(Date.now() - stopAt).toBeLessThan(12_000);
  terrace = await startTerrace({ data });
  await arrived(terrace, { name: "Before Stop", limit: "200" }, 200);
  await eventually(async () => {
    const { items } = await terrace.api<{ items: { volume: number; name: string }[] }>("/event-definitions");
    expect(items.find(({ name }) => name === "Before Stop")?.volume).toBe(400);
  });
  await describesItself(terrace);
  expect(await terrace.stop()).toBe(0);
});

/** Health, readiness, metrics and its own description. */
async function describesItself(terrace: TestTerrace): Promise<void> {
  expect((await fetch(`${terrace.url}/healthz`)).status).toBe(200);
  expect((await fetch(`${terrace.url}/readyz`)).status).toBe(200);
  await terrace.send([{ type: "track", event: "Counted", userId: "u" }]);
  await eventually(async () => expect(await (await fetch(`${terrace.url}/metrics`)).text()).toMatch(/terrace_events_stored_total [1-9]/));
  const document = (await (await fetch(`${terrace.url}/api/openapi.json`)).json()) as { openapi: string; paths: Record<string, unknown> };
  expect(document.openapi).toBe("3.1.0");
  for (const path of ["/v1/batch", "/batch/", "/sa", "/api/workspaces/{workspace}/people"])
    expect(Object.keys(document.paths)).toContain(path);
  expect((await fetch(`${terrace.url}/api/docs`)).headers.get("content-type")).toContain("text/html");
}
