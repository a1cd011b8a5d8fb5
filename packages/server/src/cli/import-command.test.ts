import { createTestTerminal } from "@terrace/testkit/test-terminal";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { runImportCommand } from "./import-command.ts";

type Answer = { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> };

let folder: string;
let server: Server;
let url: string;
let answers: (request: { readonly path: string; readonly key: string; readonly body: Record<string, unknown> }) => Answer;
const { io, said, complained, clear } = createTestTerminal();
const MAPPING = { kind: "events", ids: [{ kind: "user_id", column: "user" }], event: { name: "Seen" }, time: { column: "at" } };
const counts = (more: object): object => ({
  id: "7",
  fileName: "a.csv",
  kind: "events",
  state: "running",
  rowsRead: 0,
  rowsAccepted: 0,
  rowsRejected: 0,
  eventsMade: 0,
  startedAt: "2026-01-01T00:00:00.000Z",
  finishedAt: null,
  ...more,
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "terrace-cli-"));
  await writeFile(join(folder, "a.csv"), "user,at\nu1,2026-01-01\n,2026-01-01\n");
  await writeFile(join(folder, "m.json"), JSON.stringify(MAPPING));
  server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const { status, body: answer, headers } = answers({ path: request.url ?? "", key: request.headers.authorization ?? "", body });
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(answer));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  clear();
});

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return JSON.parse(Buffer.concat(pieces).toString() || "{}") as Record<string, unknown>;
}

const run = (...more: string[]): Promise<number> =>
  runImportCommand([join(folder, "a.csv"), "--mapping", join(folder, "m.json"), "--url", url, ...more], io);

test("hands the rows in, waits for an overloaded Terrace, and writes the rejected rows with their reasons", async () => {
  const seen: unknown[] = [];
  answers = ({ path, key, body }) => {
    seen.push([path, key]);
    if (path === "/api/workspaces/current/imports") return { status: 200, body: { ...counts({}), resumeAtRow: 1 } };
    if (seen.length === 2) return { status: 503, body: {}, headers: { "retry-after": "0" } };
    expect(body).toMatchObject({
      fromRow: 1,
      header: ["user", "at"],
      rows: [
        ["u1", "2026-01-01"],
        ["", "2026-01-01"],
      ],
      last: true,
    });
    return {
      status: 200,
      body: {
        import: counts({ state: "done", rowsRead: 2, rowsAccepted: 1, rowsRejected: 1, eventsMade: 1 }),
        rejected: [{ row: 2, code: "import.row_invalid", field: "user", detail: '=The row, has "no" id' }],
      },
    };
  };
  expect(await run("--key", "secret")).toBe(0);
  expect(seen).toEqual([
    ["/api/workspaces/current/imports", "Bearer secret"],
    ["/api/workspaces/current/imports/7/rows", "Bearer secret"],
    ["/api/workspaces/current/imports/7/rows", "Bearer secret"],
  ]);
  expect(said()).toContain("2 rows read, 1 accepted, 1 rejected, 1 events made");
  expect(await readFile(join(folder, "a.csv.rejected.csv"), "utf8")).toBe(
    'row,code,field,detail\n2,import.row_invalid,user,"\'=The row, has ""no"" id"\n',
  );
});

test("an import that is done already is success and says so", async () => {
  answers = () => ({ status: 200, body: { ...counts({ state: "done", rowsRead: 2, eventsMade: 2 }), resumeAtRow: 3 } });
  expect(await run("--key", "secret")).toBe(0);
  expect(said()).toContain("Already imported: 2 rows read");
});

test("a broken-off import goes on behind the rows that are in", async () => {
  answers = ({ path, body }) => {
    if (!path.endsWith("/rows")) return { status: 200, body: { ...counts({ rowsRead: 1 }), resumeAtRow: 2 } };
    expect(body).toMatchObject({ fromRow: 2, rows: [["", "2026-01-01"]], last: true });
    return { status: 200, body: { import: counts({ state: "done", rowsRead: 2, rowsRejected: 1 }), rejected: [] } };
  };
  expect(await run("--key", "secret")).toBe(0);
});

test("a refusal is explained and fails", async () => {
  answers = () => ({
    status: 403,
    body: { error: { code: "key.scope_missing", message: "no", field: "authorization", mend: "Use a key with imports:write" } },
  });
  expect(await run("--key", "wrong")).toBe(1);
  expect(complained()).toContain('Refused (key.scope_missing) at "authorization": Use a key with imports:write');
});

test("a dry run tells what would happen and sends nothing", async () => {
  answers = () => {
    throw new Error("nothing is sent");
  };
  expect(await run("--dry-run")).toBe(0);
  expect(said()).toContain("2 rows would make 1 events; 1 rows would be rejected. Nothing was sent.");
  expect(said()).toContain("The row has no id");
});

test("a quote that is never closed is named by its line", async () => {
  await writeFile(join(folder, "quote.csv"), 'user,at\nu1,2026-01-01\n"u2,2026-01-01\nu3,2026-01-01\n');
  await writeFile(join(folder, "header.csv"), 'user,"at\nu1,2026-01-01\n');
  const dry = (file: string): Promise<number> =>
    runImportCommand([join(folder, file), "--mapping", join(folder, "m.json"), "--dry-run"], io);
  expect(await dry("quote.csv")).toBe(0);
  expect(said()).toContain("A quote that opens in line 3 of the file is never closed");
  expect(await dry("header.csv")).toBe(1);
  expect(complained()).toContain("The header cannot be read. A quote that opens in line 1 of the file is never closed");
});

test("wrong calls, files and mappings say what is wrong", async () => {
  expect(await runImportCommand([], io)).toBe(2);
  expect(await runImportCommand(["a", "b", "--mapping", "m"], io)).toBe(2);
  expect(await runImportCommand(["a.csv", "--frobnicate"], io)).toBe(2);
  expect(await run()).toBe(2);
  expect(complained()).toContain("Give a secret key");
  expect(await runImportCommand(["--help"], io)).toBe(0);
  expect(await runImportCommand([join(folder, "a.csv"), "--mapping", join(folder, "none.json"), "--key", "k"], io)).toBe(1);
  await writeFile(join(folder, "bad.json"), JSON.stringify({ ...MAPPING, kind: "x" }));
  expect(await runImportCommand([join(folder, "a.csv"), "--mapping", join(folder, "bad.json"), "--key", "k"], io)).toBe(1);
  expect(complained()).toContain('The mapping is wrong at "kind": Give one of: events, people');
  expect(await runImportCommand([join(folder, "none.csv"), "--mapping", join(folder, "m.json"), "--key", "k"], io)).toBe(1);
  expect(complained()).toContain("cannot be opened");
});

test("without a mapping a file is read as the console would suggest, and says how", async () => {
  await writeFile(
    join(folder, "members.csv"),
    '会员卡号,手机号,累计消费金额,短信同意,入会时间\nV1,13800138001,"¥1,234.50",是,2026/1/5 下午3:05\n合计,,1234.5,,\n',
  );
  const dry = (...more: string[]): Promise<number> => runImportCommand([join(folder, "members.csv"), "--dry-run", ...more], io);
  expect(await dry("--zone", "Asia/Shanghai")).toBe(1);
  expect(complained()).toContain("短信同意 → consent:marketing:sms");
  expect(complained()).toContain("give --consent-at with the day");
  expect(await dry("--zone", "Asia/Shanghai", "--consent-at", "2026-01-31")).toBe(0);
  expect(said()).toContain('"value":"2026-01-05T07:05:00.000Z"');
  expect(said()).toContain('"$consent":{"at":"2026-01-30T16:00:00.000Z"');
  expect(said()).toContain("2 rows would make 1 events; 1 rows would be rejected. Nothing was sent.");
  clear();
  expect(await dry("--print-mapping", "--consent-at", "2026-01-31")).toBe(0);
  expect(JSON.parse(said())).toMatchObject({ kind: "people", consent: { choices: [{ column: "短信同意" }] } });
});

test("a saved mapping is fetched by its name; unknown names, presets, zones and kinds are told with what there is", async () => {
  const columns = [
    { column: "user", use: "id:user_id" },
    { column: "at", use: "time" },
  ];
  const plan = {
    kind: "events",
    zone: "UTC",
    currency: "",
    timeFormat: "auto",
    eventName: "Seen",
    columns,
    unpaid: "",
    refunded: "",
    paidOnly: false,
  };
  answers = ({ path, key }) => {
    expect([path, key]).toEqual(["/api/workspaces/current/imports/mappings", "Bearer secret"]);
    const saved = { id: "1", name: "weekly", columns: ["user", "at"], plan, by: "a", updatedAt: "2026-01-01T00:00:00.000Z" };
    return { status: 200, body: { items: [saved] } };
  };
  const call = (...more: string[]): Promise<number> => runImportCommand([join(folder, "a.csv"), "--url", url, "--dry-run", ...more], io);
  expect(await call("--mapping", "weekly", "--key", "secret")).toBe(0);
  expect(said()).toContain("Read as the saved mapping weekly");
  expect(said()).toContain("1 × Seen");
  expect(await call("--mapping", "weekly")).toBe(2);
  expect(await call("--mapping", "monthly", "--key", "secret")).toBe(2);
  expect(complained()).toContain("Saved are: weekly.");
  expect(await call("--preset", "nobody.orders")).toBe(2);
  expect(complained()).toContain("youzan.orders, youzan.customers, weimob.orders");
  expect(await call("--zone", "Shanghai")).toBe(2);
  expect(await call("--kind", "things")).toBe(2);
  expect(await call("--mapping", join(folder, "m.json"), "--zone", "UTC")).toBe(2);
  expect(complained()).toContain("leave out --zone");
});
