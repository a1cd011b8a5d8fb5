import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { createTestTerminal } from "@terrace/testkit/test-terminal";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runSignInCommand } from "./sign-in-command.ts";

let data: string;
let empty: string;
let terrace: TestTerrace;
const { io, said, complained, clear } = createTestTerminal();
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "terrace-sign-in-"));
  empty = await mkdtemp(join(tmpdir(), "terrace-empty-"));
  terrace = await startTerrace({ data });
}, 120_000);
afterAll(async () => {
  await terrace.stop();
  for (const folder of [data, empty]) await rm(folder, { recursive: true, force: true });
});

async function run(...argv: string[]): Promise<number> {
  clear();
  return runSignInCommand(argv, io);
}

const tokenSaid = (): string => /\/sign-in\?token=([\w-]{43})$/mu.exec(said())?.[1] ?? "";
const signIn = (credentials: object): Promise<Response> =>
  fetch(new URL("/api/session", terrace.url), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(credentials),
  });

test("beside a running Terrace a link is made that lets a locked-out owner in once; the audit log tells of it", async () => {
  for (let attempt = 0; attempt < 10; attempt += 1) await signIn({ email: terrace.owner.email, password: "wrong password" });
  expect((await signIn(terrace.owner)).status).toBe(429);

  expect(await run("--data", data, "--url", "https://terrace.example.com/")).toBe(0);
  expect(said()).toContain(
    `Sign in once as ${terrace.owner.email} with this link (valid 24 hours):\n  https://terrace.example.com/sign-in?token=`,
  );
  const first = tokenSaid();
  expect(await run("--data", data, "--email", terrace.owner.email.toUpperCase())).toBe(0);
  // Where this Terrace is reached, although nothing but its own process was told of the port.
  expect(said()).toContain(`  ${terrace.url}/sign-in?token=`);
  const second = tokenSaid();
  // A new link voids the one before.
  expect((await signIn({ token: first })).status).toBe(401);
  expect((await signIn({ token: second })).status).toBe(200);
  expect((await signIn({ token: second })).status).toBe(401);
  const audit = await terrace.api<{ items: readonly object[] }>("/audit?action=member.sign_in_link");
  expect(audit.items).toMatchObject([{ actor: "terrace", target: expect.stringMatching(/^operator:\d+$/u) }, { actor: "terrace" }]);
  expect(JSON.stringify(audit)).not.toContain(second);
});

test("an unknown e-mail, a wrong call and a folder without data are refused and change nothing", async () => {
  expect(await run("--data", data, "--email", "nobody@example.test")).toBe(1);
  expect(complained()).toContain("member.not_found");
  expect(await run("--nonsense")).toBe(2);
  expect(await run("--data", empty)).toBe(1);
  expect(complained()).toContain("data.not_found");
  expect(await readdir(empty)).toEqual([]);
  expect(await run("--help")).toBe(0);
  expect(said()).toContain("terrace sign-in");
});

test("with Terrace stopped the link is made all the same, and works once Terrace runs", async () => {
  await terrace.stop();
  expect(await run("--data", data)).toBe(0);
  expect(said()).toContain("start it before you open the link");
  expect(said()).toContain("  http://127.0.0.1:7700/sign-in?token=");
  const token = tokenSaid();
  terrace = await startTerrace({ data });
  expect((await signIn({ token })).status).toBe(200);
});

test("a database that does not answer is named", async () => {
  clear();
  expect(await runSignInCommand([], { ...io, env: { DATABASE_URL: "postgres://nobody@127.0.0.1:9/none" } })).toBe(1);
  expect(complained()).toContain("PostgreSQL cannot be used");
});
