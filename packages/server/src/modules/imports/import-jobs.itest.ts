import { encodeGbk, makeXlsx } from "@terrace/testkit/make-files";
import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";

let terrace: TestTerrace;
beforeAll(async () => {
  terrace = await startTerrace({ env: { TERRACE_OUTBOUND_ALLOW: "127.0.0.1" } });
}, 120_000);
afterAll(() => terrace.stop());

type Import = {
  readonly id: string;
  readonly state: string;
  readonly rowsRead: number;
  readonly rowsAccepted: number;
  readonly rowsRejected: number;
  readonly eventsMade: number;
  readonly repeatOf: string | null;
  readonly undone?: object | null;
  readonly failure: { readonly code: string; readonly field: string; readonly mend: string } | null;
};
type Plan = { readonly kind: string; readonly columns: readonly { readonly column: string; readonly use: string }[] };
type Preview = {
  readonly format: string;
  readonly encoding: string;
  readonly headerRow: number;
  readonly preset: string | null;
  readonly rows: readonly (readonly string[])[];
  readonly plan: Plan;
  readonly file: object;
  readonly saved: readonly { readonly name: string }[];
};
type Page<T> = { readonly items: readonly T[] };

const headers = { authorization: "Bearer test-secret-key" };
const address = (path: string): URL => new URL(`/api/workspaces/current${path}`, terrace.url);

async function patch(id: string, offset: number, bytes: Uint8Array): Promise<Response> {
  return fetch(address(`/imports/uploads/${id}`), {
    method: "PATCH",
    headers: { ...headers, "content-type": "application/offset+octet-stream", "upload-offset": String(offset) },
    body: Buffer.from(bytes),
  });
}

async function upload(fileName: string, bytes: Buffer): Promise<string> {
  const { id } = await terrace.api<{ id: string }>("/imports/uploads", { body: { fileName, bytes: bytes.length } });
  for (let at = 0; at < bytes.length; at += 4_000_000) expect((await patch(id, at, bytes.subarray(at, at + 4_000_000))).status).toBe(200);
  return id;
}

/** The mapping a plan comes to is made in the console; here it is made of what the preview answered. */
async function mappingOf(plan: Plan, file: object): Promise<object> {
  const { mappingOfPlan } = await import("@terrace/domain/imports/import-plan");
  return mappingOfPlan(plan as unknown as Parameters<typeof mappingOfPlan>[0], file as never) as object;
}

const preview = (id: string, ask: object = {}): Promise<Preview> => terrace.api(`/imports/uploads/${id}/preview`, { body: ask });
const ended = (id: string): Promise<Import> =>
  eventually(async () => {
    const one = await terrace.api<Import>(`/imports/${id}`);
    if (["queued", "running", "undoing"].includes(one.state)) throw new Error(one.state);
    return one;
  }, 60_000);

async function importFile(fileName: string, bytes: Buffer, ask: object = {}): Promise<Import> {
  const id = await upload(fileName, bytes);
  const seen = await preview(id, ask);
  const started = await terrace.api<Import>("/imports/jobs", { body: { upload: id, mapping: await mappingOf(seen.plan, seen.file) } });
  return ended(started.id);
}

const HEADER = "订单编号,买家会员名,买家实际支付金额,订单状态,联系手机,订单付款时间,宝贝标题,宝贝总数量,退款金额";
const GBK_ORDERS = encodeGbk(
  [
    HEADER,
    '="2026070100000000001",tb_王,128.50,交易成功,\'13800000001,2026/7/1 8:05:00,面霜,2,0.00',
    '="2026070100000000002",tb_李,￥60.00,交易关闭,\'138****0002,2026/7/1 9:00:00,口红,1,60.00',
    '="2026070100000000003",tb_张,免费,交易成功,\'13800000003,2026/7/1 10:00:00,面膜,1,0.00',
    '="2026070100000000004",tb_赵,20.00,等待买家付款,\'13800000004,,眼霜,1,',
    "2.02607E+18,tb_孙,20.00,交易成功,,2026/7/2 10:00:00,眼霜,1,",
    "",
  ].join("\r\n"),
);

test("a GBK order export with bad rows: recognised, tried, imported, rejected rows with reasons; the same file again changes nothing", async () => {
  const id = await upload("ExportOrderList.csv", GBK_ORDERS);
  const seen = await preview(id);
  expect(seen).toMatchObject({ format: "csv", encoding: "gb18030", preset: "tmall.orders", headerRow: 1 });
  expect(seen.rows).toHaveLength(5);
  const mapping = await mappingOf(seen.plan, seen.file);
  const trial = await terrace.api<{ id: string }>("/imports/trials", { body: { upload: id, mapping } });
  const tried = await eventually(async () => {
    const found = await terrace.api<{ state: string; result: object }>(`/imports/trials/${trial.id}`);
    expect(found.state).toBe("done");
    return found;
  });
  expect(tried.result).toMatchObject({
    rows: 5,
    events: 3,
    rejected: 3,
    names: [
      { name: "Order Completed", events: 2 },
      { name: "Order Refunded", events: 1 },
    ],
    firstTime: "2026-07-01T00:05:00.000Z",
  });
  expect((await terrace.api<Page<unknown>>("/events?limit=10")).items).toHaveLength(0);

  const started = await terrace.api<Import>("/imports/jobs", { body: { upload: id, mapping } });
  expect(await ended(started.id)).toMatchObject({ state: "done", rowsRead: 5, rowsAccepted: 2, rowsRejected: 3, eventsMade: 3 });
  await eventually(async () => expect((await terrace.api<Page<unknown>>("/events?limit=10")).items).toHaveLength(3));
  const { items } = await terrace.api<Page<{ name: string; properties: object }>>("/events?name=Order%20Refunded");
  expect(items).toMatchObject([{ properties: { order_id: "2026070100000000002", revenue: 60, currency: "CNY" } }]);

  const rejected = await fetch(address(`/imports/${started.id}/rejected`), { headers });
  expect(rejected.headers.get("content-type")).toContain("text/csv");
  const bytes = Buffer.from(await rejected.arrayBuffer());
  expect(bytes.subarray(0, 3).toString("hex")).toBe("efbbbf");
  const lines = bytes.subarray(3).toString().trim().split("\r\n");
  expect(lines[0]).toBe(`row,reason,field,detail,${HEADER}`);
  expect(lines.slice(1).map((line) => line.split(",").slice(0, 4))).toEqual([
    ["3", "import.row_invalid", "买家实际支付金额", "The value is not an amount"],
    ["4", "import.row_refused", "订单状态", expect.stringContaining("Not paid")],
    ["5", "import.row_invalid", expect.any(String), expect.any(String)],
  ]);
  expect(lines[1]).toContain("tb_张");

  const again = await importFile("renamed.csv", GBK_ORDERS);
  expect(again).toMatchObject({ state: "repeat", repeatOf: started.id, eventsMade: 0 });
  expect((await terrace.api<Page<unknown>>("/events?limit=10")).items).toHaveLength(3);
  const actions = (await terrace.api<Page<{ action: string }>>("/audit?limit=200")).items.map(({ action }) => action);
  expect(actions).toEqual(
    expect.arrayContaining(["import.upload", "import.preview", "import.open", "import.finish", "import.download_rejected"]),
  );
});

test("an upload goes on where it broke off; pieces out of step and files that are not whole are refused", async () => {
  const bytes = Buffer.from(`id,city\n${Array.from({ length: 50 }, (_, index) => `u${index},上海`).join("\n")}\n`);
  const { id } = await terrace.api<{ id: string }>("/imports/uploads", { body: { fileName: "p.csv", bytes: bytes.length } });
  expect((await patch(id, 0, bytes.subarray(0, 100))).headers.get("upload-offset")).toBe("100");
  const late = await patch(id, 0, bytes.subarray(0, 100));
  expect([late.status, ((await late.json()) as { error: { details: object } }).error.details]).toEqual([409, { offset: 100 }]);
  await expect(preview(id)).rejects.toThrow("import.upload_incomplete");
  const head = await fetch(address(`/imports/uploads/${id}`), { method: "HEAD", headers });
  expect([head.status, head.headers.get("upload-offset"), head.headers.get("upload-length")]).toEqual([200, "100", String(bytes.length)]);
  expect((await patch(id, 100, Buffer.concat([bytes, bytes]))).status).toBe(413);
  expect((await patch(id, 100, bytes.subarray(100))).status).toBe(200);
  expect((await preview(id)).rows).toHaveLength(50);
  await terrace.api(`/imports/uploads/${id}`, { method: "DELETE" });
  await expect(preview(id)).rejects.toThrow("import.upload_not_found");
  const json = await fetch(address("/imports/uploads"), {
    method: "POST",
    headers: { ...headers, "content-type": "application/offset+octet-stream" },
    body: Buffer.from("x"),
  });
  expect(json.status).toBe(415);
});

test("people come from a workbook under a title, with dates by their style; a saved mapping is offered for the next file", async () => {
  const book = makeXlsx({
    会员: [
      ["2026 年会员"],
      ["会员卡号", "手机", "姓名", "入会时间", "累计消费"],
      ["M001", "13911110001", "王一", { serial: 46204 }, 1200.5],
      ["M002", null, "李二", { serial: 46205.5 }, null],
    ],
  });
  const id = await upload("members.xlsx", book);
  const seen = await preview(id, { kind: "people" });
  expect(seen).toMatchObject({ format: "xlsx", headerRow: 2, plan: { kind: "people" } });
  await terrace.api("/imports/mappings", { method: "PUT", body: { name: "会员表", columns: ["会员卡号"], plan: seen.plan } });
  expect((await preview(id)).saved.map(({ name }) => name)).toEqual(["会员表"]);
  const started = await terrace.api<Import>("/imports/jobs", { body: { upload: id, mapping: await mappingOf(seen.plan, seen.file) } });
  expect(await ended(started.id)).toMatchObject({ state: "done", rowsRead: 2, rowsAccepted: 2 });
  await eventually(async () => {
    const person = await terrace.api<{ identities: readonly { kind: string }[]; traits: readonly { key: string; value: unknown }[] }>(
      "/person?kind=member_no&value=M001",
    );
    expect(person.identities.map(({ kind }) => kind).toSorted()).toEqual(["member_no", "phone"]);
    expect(Object.fromEntries(person.traits.map(({ key, value }) => [key, value]))).toMatchObject({
      total_spent: 1200.5,
      member_since: "2026-06-30T16:00:00.000Z",
    });
  });
});

test("what cannot be read says why and how to mend it", async () => {
  const id = await upload("old.xls", Buffer.from("d0cf11e0a1b11ae10000", "hex"));
  await expect(preview(id)).rejects.toThrow("save it as .xlsx");
  const text = await upload("a.csv", Buffer.from("a,b\n1,2\n"));
  const mapping = { kind: "people", ids: [{ kind: "user_id", column: "missing" }], traits: { b: { column: "b" } } };
  const failed = await ended((await terrace.api<Import>("/imports/jobs", { body: { upload: text, mapping } })).id);
  expect(failed).toMatchObject({ state: "failed", failure: { code: "import.mapping_invalid", field: "ids[0].column" } });
});

test("figures of channels are kept by day; the newest import of a day counts", async () => {
  const file = (cost: string): Buffer =>
    Buffer.from(
      `日期,媒体,计划,展现量,点击,消耗\n2026-07-01,巨量,A,1000,50,${cost}\n2026-07-01,巨量,A,500,5,1\n2026-07-02,小红书,B,bad,1,2\n`,
    );
  const first = await importFile("media.csv", file("¥99.5"));
  expect(first).toMatchObject({ state: "done", rowsRead: 3, rowsAccepted: 2, rowsRejected: 1, eventsMade: 0 });
});

test("an import is paused, resumed and cancelled, without losing or doubling an event", async () => {
  const count = 30_000;
  const bytes = Buffer.from(
    `user,at,n\n${Array.from({ length: count }, (_, index) => `k${index % 500},2026-05-01 10:00:00,${index}`).join("\n")}\n`,
  );
  const id = await upload("long.csv", bytes);
  const mapping = {
    kind: "events",
    ids: [{ kind: "user_id", column: "user" }],
    event: { name: "Counted" },
    time: { column: "at" },
    properties: { n: { column: "n", type: "number" } },
  };
  const { id: job } = await terrace.api<Import>("/imports/jobs", { body: { upload: id, mapping } });
  await eventually(async () => expect((await terrace.api<Import>(`/imports/${job}`)).rowsRead).toBeGreaterThan(0));
  await terrace.api(`/imports/${job}/steer`, { body: { to: "pause" } });
  const paused = await ended(job);
  expect(paused.state).toBe("paused");
  expect(paused.rowsRead).toBeLessThan(count);
  await terrace.api(`/imports/${job}/steer`, { body: { to: "resume" } });
  expect(await ended(job)).toMatchObject({ state: "done", rowsRead: count, eventsMade: count });
  await expect(terrace.api(`/imports/${job}/steer`, { body: { to: "cancel" } })).rejects.toThrow("import.not_steerable");
  await eventually(async () => {
    const detail = await terrace.api<{ volume: number }>("/event-definitions/Counted");
    expect(detail.volume).toBe(count);
  }, 60_000);
});

test("an import is undone: events gone, traits as they were, ids stay; the file can be imported anew", async () => {
  const traitsOf = async (): Promise<object> => {
    const person = await terrace.api<{ traits: readonly { key: string; value: unknown }[] }>("/person?kind=user_id&value=undo-1");
    return Object.fromEntries(person.traits.map(({ key, value }) => [key, value]));
  };
  await terrace.send([
    {
      type: "identify",
      userId: "undo-1",
      traits: { member_level: "gold", visits: 3 },
      timestamp: "2026-01-01T00:00:00.000Z",
      messageId: "undo-before",
    },
  ]);
  await eventually(async () => expect(await traitsOf()).toEqual({ member_level: "gold", visits: 3 }));
  const bytes = Buffer.from("user_id,level,colour\nundo-1,silver,red\nundo-2,bronze,blue\n");
  const imported = await importFile("undo.csv", bytes, { kind: "people" });
  expect(imported).toMatchObject({ state: "done", eventsMade: 2 });
  await eventually(async () => expect(await traitsOf()).toEqual({ member_level: "silver", colour: "red", visits: 3 }));
  const stored = async (): Promise<number> =>
    (await terrace.api<Page<{ source: string }>>("/events?name=$identify&limit=200")).items.filter(({ source }) => source === "import")
      .length;
  const before = await stored();

  await terrace.api(`/imports/${imported.id}/undo`, { method: "POST" });
  expect(await ended(imported.id)).toMatchObject({ state: "undone", undone: { events: 2, traits: 2 } });
  expect(await traitsOf()).toEqual({ member_level: "gold", visits: 3 });
  expect(await stored()).toBe(before - 2);
  await expect(terrace.api(`/imports/${imported.id}/undo`, { method: "POST" })).rejects.toThrow("import.not_undoable");
  expect(await terrace.api<{ identities: readonly object[] }>("/person?kind=user_id&value=undo-2")).toMatchObject({
    identities: [{ kind: "user_id" }],
  });

  expect(await importFile("undo.csv", bytes, { kind: "people" })).toMatchObject({ state: "done", eventsMade: 2 });
  await eventually(async () => expect(await traitsOf()).toMatchObject({ member_level: "silver", colour: "red" }));
});

test("consent in a member list goes into the ledger once, with source, version and time; undo takes back what no other file says", async () => {
  const header = "user_id,短信同意,接收邮件,同意时间,隐私政策版本";
  const weekly = (last: string): Buffer =>
    encodeGbk(`${header}\nconsent-1,是,不同意,2026/1/5 下午3:05,V3\nconsent-2,也许,,2026/1/5,3\nconsent-3,是,,2199/1/1,3\n${last}`);
  const ledger = async () => {
    const person = await terrace.api<{ id: string }>("/person?kind=user_id&value=consent-1");
    return (await terrace.api<{ history: readonly object[] }>(`/people/${person.id}/consent`)).history;
  };
  const allowed = async (channel: string) =>
    (await terrace.api<{ reason: string }>(`/consents/check?kind=user_id&value=consent-1&purpose=marketing&channel=${channel}`)).reason;

  const first = await importFile("week-1.csv", weekly(""));
  expect(first).toMatchObject({ state: "done", eventsMade: 1, rowsRejected: 2 });
  const rejected = await (await fetch(address(`/imports/${first.id}/rejected`), { headers })).text();
  expect(rejected).toContain(`短信同意,"The value says neither yes nor no`);
  expect(rejected).toContain("The time of the consent lies in the future");
  const lines = [
    { purpose: "marketing", channel: "email", state: "withdrawn", at: "2026-01-05T07:05:00.000Z", source: "import", textVersion: 3 },
    { purpose: "marketing", channel: "sms", state: "given", at: "2026-01-05T07:05:00.000Z", source: "import", textVersion: 3 },
  ];
  await eventually(async () => expect(await ledger()).toMatchObject(lines));
  expect([await allowed("sms"), await allowed("email")]).toEqual(["given", "withdrawn"]);

  // The export of the next week says the same of her: no new line, and undoing the first leaves what the second says.
  const second = await importFile("week-2.csv", weekly("consent-9,是,,2026/1/6,3\n"));
  expect(second).toMatchObject({ state: "done", eventsMade: 2 });
  await eventually(async () =>
    expect(
      (await terrace.api<{ reason: string }>("/consents/check?kind=user_id&value=consent-9&purpose=marketing&channel=sms")).reason,
    ).toBe("given"),
  );
  expect(await ledger()).toHaveLength(2);
  await terrace.api(`/imports/${first.id}/undo`, { method: "POST" });
  expect(await ended(first.id)).toMatchObject({ state: "undone", undone: { consents: 0 } });
  expect(await ledger()).toMatchObject(lines);
  await terrace.api(`/imports/${second.id}/undo`, { method: "POST" });
  expect(await ended(second.id)).toMatchObject({ state: "undone", undone: { consents: 3 } });
  expect(await ledger()).toEqual([]);
  expect(await allowed("sms")).toBe("silent");

  // The right file again: what was taken back is said anew.
  await importFile("week-1.csv", weekly(""));
  await eventually(async () => expect(await ledger()).toMatchObject(lines));
});

test("a scheduled pull is an import like any other: bad rows rejected, the same file again changes nothing", async () => {
  const site = createServer((_, answer) => void answer.end("member,city,age\np1,上海,30\np2,北京,old\n"));
  await new Promise<void>((resolve) => {
    site.listen(0, "127.0.0.1", resolve);
  });
  try {
    // A server that listens on a port has such an address.
    const url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/members.csv`;
    const mapping = {
      kind: "people",
      ids: [{ kind: "user_id", column: "member" }],
      traits: { city: { column: "city" }, age: { column: "age", type: "number" } },
    };
    const place = { kind: "http", url, format: "csv" };
    const { id } = await terrace.api<{ id: string }>("/pulls", {
      body: { name: "members", place, mapping, schedule: { dailyAt: "03:30" } },
    });
    const first = await pulled(id, 1);
    expect(await ended(first)).toMatchObject({ state: "done", rowsAccepted: 1, rowsRejected: 1 });
    await terrace.api(`/pulls/${id}/steer`, { body: { to: "run" } });
    expect(await ended(await pulled(id, 2))).toMatchObject({ state: "repeat", repeatOf: first });
  } finally {
    site.close();
  }
});

/** The import of the newest of so many runs that are done. */
async function pulled(pull: string, runs: number): Promise<string> {
  return eventually(async () => {
    const { items } = await terrace.api<Page<{ state: string; importId: string | null }>>(`/pulls/${pull}/runs`);
    const importId = items[0]?.importId ?? null;
    if (items.length !== runs || importId === null) throw new Error(JSON.stringify(items));
    return importId;
  }, 30_000);
}
