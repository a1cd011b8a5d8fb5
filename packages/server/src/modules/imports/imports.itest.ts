import type { FeedEvent, RejectedEvent } from "@terrace/domain/event/feed-event";
import type { Json } from "@terrace/domain/json";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { makeWorkspace } from "@terrace/testkit/state-engine";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createPrivacyModule } from "../privacy/module.ts";
import { totalFigures } from "./figures/channel-figure.views.ts";
import { createImportCommands, type ImportCommands, type ImportDeps } from "./import.commands.ts";
import { prepareFor, runFile, unwrap, type RunMore } from "./imports.suite.ts";
import type { SendOutcome } from "./send-file.ts";

const privacy = createPrivacyModule({ masterKey: new Uint8Array(32).fill(7) });
let engine: TestEngines;
let folder: string;
let workspaceId = 0;
let accepted: FeedEvent[] = [];
let quarantined: RejectedEvent[] = [];
/** Message ids the event engine holds. */
let stored = new Set<string>();
beforeAll(async () => {
  engine = await startBothEngines();
  folder = await mkdtemp(join(tmpdir(), "terrace-import-"));
}, 120_000);
afterAll(async () => {
  await engine.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  workspaceId = await makeWorkspace(engine.db);
  accepted = [];
  quarantined = [];
  stored = new Set();
});

function commands(more: Partial<ImportDeps> = {}): ImportCommands {
  return createImportCommands({
    db: engine.db,
    privacy,
    audit: () => Promise.resolve(),
    prepare: (draft) => prepareFor(workspaceId, draft),
    nowMs: () => 0,
    remember: () => Promise.resolve(),
    stored: (_, ids) => Promise.resolve(new Set(ids.filter((id) => stored.has(id)))),
    accept: (events, rejected) => {
      accepted.push(...events);
      quarantined.push(...rejected);
      for (const { messageId } of events) stored.add(messageId);
      return Promise.resolve();
    },
    ...more,
  });
}

async function write(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const run = (subject: ImportCommands, path: string, source: Json, more: RunMore = {}): Promise<SendOutcome> =>
  runFile(subject, workspaceId, { path, source }, more);

const LINES: Json = {
  kind: "events",
  ids: [{ kind: "user_id", column: "user" }],
  event: { name: "Seen" },
  time: { column: "at" },
  properties: { n: { column: "n", type: "number" } },
};
const ORDERS: Json = {
  ...LINES,
  group: { by: ["user"], items: { name: "items", properties: { n: { column: "n", type: "number" } } }, totals: { n: { sum: ["n"] } } },
};
const FIGURES: Json = {
  kind: "channels",
  time: { column: "day" },
  properties: {
    channel: { column: "channel" },
    campaign: { column: "campaign" },
    exposures: { column: "shown", type: "number" },
    cost: { column: "cost", type: "number" },
  },
};
const lines = (count: number, group = 1): string =>
  `user,at,n\n${Array.from({ length: count }, (_, index) => `u${Math.floor(index / group)},2026-01-01,${index}`).join("\n")}\n`;

describe("importing a file", () => {
  test("good rows become events, bad ones come back with their reasons, and a repeat changes nothing", async () => {
    const path = await write(
      "a.csv",
      '\ufeffuser,at,n\r\nu1,2026-01-01,1\r\n,2026-01-01,2\r\n"u,""3""\nx",2026-01-01,3\r\nu4,soon,4\r\nu5,2026-01-01\r\nbad,2026-01-01,6\r\nu7,2026-01-01,7',
    );
    const rejected: unknown[] = [];
    const subject = commands();
    const outcome = await run(subject, path, LINES, {
      onRejected: (rows) => {
        rejected.push(...rows);
        return Promise.resolve();
      },
    });
    expect(outcome).toMatchObject({ state: "done", alreadyDone: false, rowsRead: 7, rowsAccepted: 3, rowsRejected: 4, eventsMade: 3 });
    expect(accepted.map(({ ids, properties }) => [ids[0]?.value, properties["n"]])).toEqual([
      ["u1", 1],
      ['u,"3"\nx', 3],
      ["u7", 7],
    ]);
    expect(rejected).toEqual([
      { row: 2, code: "import.row_invalid", field: "user", detail: "The row has no id" },
      { row: 4, code: "import.row_invalid", field: "at", detail: "The time is not written as iso" },
      { row: 5, code: "import.row_invalid", field: "", detail: "The row has 2 cells, the header 3" },
      { row: 6, code: "event.id_invalid", field: "user_id", detail: "no" },
    ]);
    expect(quarantined.map(({ code, source }) => [code, source])).toEqual([
      ["import.row_invalid", "import"],
      ["import.row_invalid", "import"],
      ["import.row_invalid", "import"],
      ["event.id_invalid", "import"],
    ]);
    expect(JSON.parse(quarantined[0]?.payload ?? "")).toEqual({ file: "a.csv", row: 2, cells: { user: "", at: "2026-01-01", n: "2" } });
    const again = await run(commands(), await write("again.csv.gz", gzipSync(await readFile(path))), LINES);
    expect(again).toMatchObject({ alreadyDone: true, id: outcome.id, eventsMade: 3 });
    expect(accepted).toHaveLength(3);
  });

  test("message ids depend on the file and the row only; a changed mapping does not import events twice", async () => {
    const path = await write("b.csv", lines(10));
    await run(commands(), path, LINES);
    const ids = accepted.map(({ messageId }) => messageId);
    expect(new Set(ids).size).toBe(10);
    const other = await run(commands(), path, { ...LINES, properties: {} });
    expect(other).toMatchObject({ alreadyDone: false, rowsAccepted: 10, eventsMade: 0 });
    expect(accepted.map(({ messageId }) => messageId)).toEqual(ids);
  });

  test("groups go on across chunks, and a row after its group is rejected rather than lost", async () => {
    const subject = commands();
    const text = `${lines(25_000, 7)}u0,2026-01-01,1000\n`;
    const outcome = await run(subject, await write("c.csv", text), ORDERS);
    expect(outcome).toMatchObject({
      state: "done",
      rowsRead: 25_001,
      rowsAccepted: 25_000,
      rowsRejected: 1,
      eventsMade: Math.ceil(25_000 / 7),
    });
    expect(
      accepted.every(({ properties }, index) => index === accepted.length - 1 || (properties["items"] as unknown[]).length === 7),
    ).toBe(true);
    const left = await engine.db`select 1 from import_group where workspace_id = ${workspaceId}`;
    expect(left).toHaveLength(0);
  });

  test.each([1, 2, 3])("an import broken off (%i) goes on where it stopped, without losing or doubling an event", async (breakAt) => {
    const path = await write(`d${breakAt}.csv`, lines(35_000, 9));
    let calls = 0;
    const broken = commands({
      accept: async (events, rejected) => {
        calls += 1;
        // Broken off right after the feed took the events, before the import could say so.
        await commandsAccept(events, rejected);
        if (calls === breakAt) throw new Error("power cut");
      },
    });
    await expect(run(broken, path, ORDERS)).rejects.toThrow("power cut");
    const resumed = await run(commands(), path, ORDERS);
    expect(resumed).toMatchObject({
      state: "done",
      rowsRead: 35_000,
      rowsAccepted: 35_000,
      rowsRejected: 0,
      eventsMade: Math.ceil(35_000 / 9),
    });
    expect(accepted.map(({ messageId }) => messageId).length).toBe(Math.ceil(35_000 / 9));
    expect(new Set(accepted.map(({ messageId }) => messageId)).size).toBe(Math.ceil(35_000 / 9));
    expect(accepted.reduce((sum, { properties }) => sum + Number(properties["n"]), 0)).toBe((35_000 * 34_999) / 2);
  });

  test("figures of channels handed in row by row are written once, also when the file is sent again or goes on where it broke off", async () => {
    const days = Array.from({ length: 30_000 }, (_, index) => `2026-07-01,channel ${index % 3},a,1,0.01`).join("\n");
    const path = await write("figures.csv", `day,channel,campaign,shown,cost\n${days}\n`);
    let chunks = 0;
    const cut = (): void => {
      chunks += 1;
      if (chunks === 3) throw new Error("power cut");
    };
    await expect(run(commands(), path, FIGURES, { cut })).rejects.toThrow("power cut");
    for (let time = 0; time < 2; time += 1)
      expect(await run(commands(), path, FIGURES)).toMatchObject({ state: "done", rowsRead: 30_000, rowsAccepted: 30_000, eventsMade: 0 });
    const figures = await totalFigures(engine.db, workspaceId, "channel", { limit: 10 });
    expect(figures).toHaveLength(3);
    for (const figure of figures) expect(figure).toMatchObject({ exposures: 10_000, cost: 100 });
    expect(accepted).toEqual([]);
  });

  test("an import left alone for a month keeps nothing; opened again it starts over, without losing or doubling an event", async () => {
    const path = await write("left.csv", lines(35_000, 9));
    let calls = 0;
    const broken = commands({
      accept: async (events, rejected) => {
        calls += 1;
        await commandsAccept(events, rejected);
        if (calls === 5) throw new Error("power cut");
      },
    });
    await expect(run(broken, path, ORDERS)).rejects.toThrow("power cut");
    const kept = async (): Promise<unknown> => {
      const [row] =
        await engine.db`select state, rows_read::int as rows, carry is not null as carry, (select count(*)::int from import_group g where g.import_id = import.import_id) as groups from import where workspace_id = ${workspaceId}`;
      return row;
    };
    expect(await kept()).toMatchObject({ state: "running", rows: 10_000, carry: true, groups: expect.any(Number) });
    const before = await kept();
    await commands({ nowMs: () => Date.now() + 29 * 86_400_000 }).sweep();
    expect(await kept()).toEqual(before);
    await commands({ nowMs: () => Date.now() + 31 * 86_400_000 }).sweep();
    expect(await kept()).toEqual({ state: "failed", rows: 0, carry: false, groups: 0 });

    const resumed = await run(commands(), path, ORDERS);
    expect(resumed).toMatchObject({ state: "done", rowsRead: 35_000, rowsAccepted: 35_000, rowsRejected: 0 });
    expect(accepted.map(({ messageId }) => messageId)).toHaveLength(Math.ceil(35_000 / 9));
    expect(new Set(accepted.map(({ messageId }) => messageId)).size).toBe(Math.ceil(35_000 / 9));
    expect(accepted.reduce((sum, { properties }) => sum + Number(properties["n"]), 0)).toBe((35_000 * 34_999) / 2);
    expect(await kept()).toMatchObject({ groups: 0, carry: false });
  });

  const commandsAccept: ImportDeps["accept"] = (events, rejected) => {
    accepted.push(...events);
    quarantined.push(...rejected);
    for (const { messageId } of events) stored.add(messageId);
    return Promise.resolve();
  };

  test("open rows are not readable in the database", async () => {
    const subject = commands();
    const who = { workspaceId, actor: "test", ip: "" };
    const opened = unwrap(await subject.open(who, { fileName: "x.csv", fileHash: "h", mapping: ORDERS }));
    await subject.addRows(who, opened.id, {
      fromRow: 1,
      rows: [["13812345678", "2026-01-01", "1"]],
      header: ["user", "at", "n"],
      last: false,
    });
    const [row] = await engine.db<{ carry: Buffer }[]>`select carry from import where import_id = ${opened.id}`;
    expect(row?.carry.length).toBeGreaterThan(20);
    expect(row?.carry.includes("13812345678")).toBe(false);
  });

  test("rows handed in twice are taken once; a gap and a foreign import are refused", async () => {
    const subject = commands();
    const who = { workspaceId, actor: "test", ip: "" };
    const { id } = unwrap(await subject.open(who, { fileName: "x.csv", fileHash: "h", mapping: LINES }));
    const rows = [
      ["u1", "2026-01-01", "1"],
      ["u2", "2026-01-01", "2"],
    ];
    const give = { fromRow: 1, rows, header: ["user", "at", "n"], last: false };
    await Promise.all([subject.addRows(who, id, give), subject.addRows(who, id, give)]);
    unwrap(await subject.addRows(who, id, { ...give, rows: [...rows, ["u3", "2026-01-01", "3"]] }));
    expect(new Set(accepted.map(({ messageId }) => messageId)).size).toBe(3);
    expect(await subject.addRows(who, id, { ...give, fromRow: 9 })).toMatchObject({
      fault: { code: "import.out_of_order", details: { rowsRead: 3 } },
    });
    expect(await subject.addRows({ ...who, workspaceId: workspaceId + 1 }, id, give)).toMatchObject({
      fault: { code: "import.not_found" },
    });
    expect(await subject.addRows(who, "x", give)).toMatchObject({ fault: { code: "import.not_found" } });
  });

  test("a mapping that does not fit the file is refused with the column, and can be tried again", async () => {
    const path = await write("e.csv", "user,at\nu,2026-01-01\n");
    await expect(run(commands(), path, LINES)).rejects.toThrow("properties.n.column");
    const [row] = await engine.db<{ state: string }[]>`select state from import where workspace_id = ${workspaceId}`;
    expect(row?.state).toBe("failed");
  });

  test("people come from JSON lines, nested values and all; the file may be GBK", async () => {
    const people: Json = {
      kind: "people",
      ids: [
        { kind: "user_id", column: "id" },
        { kind: "phone", column: "contact.phone" },
      ],
      traits: { name: { column: "name" }, vip: { column: "vip", type: "boolean" }, tags: { column: "tags", type: "json" } },
    };
    const path = await write(
      "f.jsonl",
      '{"id":7,"name":"王","contact":{"phone":"13812345678"},"vip":true,"tags":["a"]}\n\nnot json\n{"id":8,"name":null}\n',
    );
    expect(await run(commands(), path, people)).toMatchObject({ rowsRead: 3, rowsAccepted: 2, rowsRejected: 1 });
    expect(accepted[0]).toMatchObject({
      name: "$identify",
      ids: [
        { kind: "user_id", value: "7" },
        { kind: "phone", value: "13812345678" },
      ],
      traits: [
        { op: "set", key: "name", value: "王" },
        { op: "set", key: "vip", value: true },
        { op: "set", key: "tags", value: ["a"] },
      ],
    });
    // 用户,at,n in GBK
    const gbk = await write("g.csv", Buffer.concat([Buffer.from([0xd3, 0xc3, 0xbb, 0xa7]), Buffer.from(",at,n\nu1,2026-01-01,1\n")]));
    await expect(run(commands(), gbk, { ...LINES, file: { encoding: "utf-8" } })).rejects.toThrow("not utf-8");
    await run(commands(), gbk, { ...LINES, file: { encoding: "gb18030" }, ids: [{ kind: "user_id", column: "用户" }] });
    expect(accepted.at(-1)?.ids).toEqual([{ kind: "user_id", value: "u1" }]);
  });

  test("broken quoting costs its own row; what is no file says so", async () => {
    const path = await write("h.csv", 'user,at,n\nu1,2026-01-01,1\n"u"2,2026-01-01,2\nu3,2026-01-01,"3\nu4,2026-01-01,4\n');
    const outcome = await run(commands(), path, LINES);
    expect(outcome).toMatchObject({ state: "done", rowsRead: 3, rowsAccepted: 2, rowsRejected: 1 });
    await expect(run(commands(), join(folder, "none.csv"), LINES)).rejects.toThrow("cannot be opened");
    await expect(run(commands(), await write("i.csv.gz", gzipSync(lines(1000)).subarray(0, 200)), LINES)).rejects.toThrow("unpacked");
    await expect(run(commands(), await write("j.csv", ""), LINES)).rejects.toThrow("empty");
  });
});
