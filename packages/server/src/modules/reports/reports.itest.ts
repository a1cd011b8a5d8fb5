import { createServer, type Server } from "node:http";
import * as alertApi from "@terrace/contract/api/alerts";
import { createAnnotation } from "@terrace/contract/api/annotations";
import * as notifyApi from "@terrace/contract/api/notify";
import * as api from "@terrace/contract/api/reports";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { makeWorkspace } from "@terrace/testkit/state-engine";
import type { RouteContract } from "@terrace/contract/route";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startMailStandIn, TEST_CERTIFICATE, type MailStandIn } from "../../platform/mail/mail-stand-in.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import { createMailer } from "../../platform/mail/mailer.ts";
import { createOutbound } from "../../platform/outbound/outbound.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { createAlerts, type Alerts } from "../alerts/module.ts";
import { createInsight, type Insight } from "../insight/module.ts";
import { createNotify, type NotifyModule } from "../notify/module.ts";
import { createPrivacyModule } from "../privacy/module.ts";
import { createReports, type Reports } from "./module.ts";
import type { ReportDeps } from "./report-deps.ts";
import { claimReport } from "./report.store.ts";

/** Wednesday, 15 July 2026, 10:00 in Shanghai. */
const START_MS = Date.parse("2026-07-15T02:00:00Z");
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const privacy = createPrivacyModule({ masterKey: new Uint8Array(32).fill(7) });
let engines: TestEngines;
let mail: MailStandIn;
let robot: Server;
let robotAddress = "";
let robotSaid: string[] = [];
let nowMs = START_MS;
let workspaceId = 0;
let audited: string[] = [];
let seen = 0;
let alerts: Alerts;
let isTooHeavy = true;
/** Who works in the workspace. */
let members: readonly string[] = [];
let lookedAt = new Map<string, readonly number[]>();
let insight: Insight;
let asked: { readonly from: string; readonly to: string }[] = [];
let notify: NotifyModule;
let reports: Reports;

beforeAll(async () => {
  [engines, mail] = await Promise.all([startBothEngines(), startMailStandIn()]);
  robot = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      robotSaid.push(body);
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ errcode: 0, errmsg: "ok" }));
    });
  });
  await new Promise<void>((resolve) => robot.listen(0, "127.0.0.1", resolve));
  const address = robot.address();
  robotAddress = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/cgi-bin/webhook/send?key=k`;
}, 120_000);
afterAll(async () => {
  robot.closeAllConnections();
  robot.close();
  await mail.stop();
  await engines.stop();
});
beforeEach(async () => {
  await engines.db`delete from report /* all workspaces: a fresh start */`;
  await engines.db`delete from report_schedule /* all workspaces: a fresh start */`;
  await engines.db`delete from notice_target /* all workspaces: a fresh start */`;
  workspaceId = await makeWorkspace(engines.db);
  [nowMs, robotSaid, audited] = [START_MS, [], []];
  mail.received.length = 0;
  members = [];
  asked = [];
  ({ alerts, insight, notify, reports } = modules());
});

/** The modules as one process has them; called again it is another one. */
function modules(rest: Partial<ReportDeps> = {}) {
  const db = engines.db;
  const log = pino({ level: "silent" });
  const audit: ReportDeps["audit"] = (_tx, { action }) => {
    audited.push(action);
    return Promise.resolve();
  };
  const workspace: ReportDeps["workspace"] = () =>
    Promise.resolve({ workspaceId, name: "叠翠茶铺", timeZone: "Asia/Shanghai", currency: "CNY", label: null } as never);
  const common = { db, privacy, audit, workspace, nowMs: () => nowMs, log };
  // Only analyses are asked.
  const insight = createInsight({
    ...common,
    warehouse: engines.warehouse,
    people: { displayNames: () => Promise.resolve(new Map()) },
    collect: { virtualEvents: { list: () => Promise.resolve([]) }, definitions: {}, quarantine: {} },
    feedStatus: () => Promise.resolve([]),
    denies: () => false,
  } as never as Parameters<typeof createInsight>[0]);
  const outbound = createOutbound({ db, allow: "127.0.0.1,localhost" });
  const notify = createNotify({
    ...common,
    outbound,
    sendMail: createMailer({ outbound, trustedRoots: TEST_CERTIFICATE }),
    mailServer: { host: "localhost", port: mail.port, security: "starttls", user: "ops", password: "tea", from: "reports@example.test" },
    randomId: () => `${(seen += 1)}`,
    randomBytes: (count) => new Uint8Array(count),
    chance: () => 0,
  });
  const goalAt: ReportDeps["goalAt"] = (_workspace, { metric, unit, startsOn }) =>
    Promise.resolve(metric === "orders" && unit === "week" && startsOn === "2026-07-06" ? ({ target: 42 } as never) : undefined);
  const publicUrl = "https://terrace.example.test";
  const reports = createReports({ ...common, insight, notify, lagSeconds: () => Promise.resolve(0), goalAt, publicUrl, ...rest });
  const runKept: typeof insight.runKept = (kind, body, asker) => {
    asked.push((body as { period: { from: string; to: string } }).period);
    const named = JSON.stringify(body);
    // As if the engine worked on it for so long, or refused it.
    if (named.includes("Slow Event")) nowMs += 40_000;
    const [event = ""] = /(Slow )?Event \d+/.exec(named) ?? [];
    lookedAt.set(event, [...(lookedAt.get(event) ?? []), nowMs]);
    if (isTooHeavy && named.includes("Heavy Event")) throw faultError("insight.too_heavy", {});
    return insight.runKept(kind, body, asker);
  };
  const alerts = createAlerts({
    ...common,
    isMemberMail: (_db, _workspace, email) => Promise.resolve(members.includes(email)),
    insight: { runKept },
    notify,
    publicUrl,
  });
  return { alerts, insight, notify, reports };
}

const call = <C extends RouteContract>(contract: C, input: CallInput<C> = {}) =>
  callRoute([...reports.routes, ...alerts.routes, ...notify.routes, ...insight.routes], workspaceId, contract, input);
async function run(module: Pick<Reports, "jobs">, name: string): Promise<void> {
  const job = module.jobs.find((each) => each.name === name);
  if (job === undefined) throw new Error(`no job ${name}`);
  await job.run();
}
/** Makes what is queued. */
async function makeAll(process: Reports = reports): Promise<void> {
  const has = async (state: string): Promise<boolean> =>
    (await engines.db`select 1 from report where workspace_id = ${workspaceId} and state = ${state} limit 1`).count > 0;
  while (await has("waiting")) {
    await run(process, "reports.make");
    await until(async () => !(await has("running")));
  }
}
async function deliver(): Promise<void> {
  await run(notify, "notify.deliver");
  await notify.stop();
}
async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries++) {
    if (tries > 3_000) throw new Error("it never came about");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Orders of so many days before now on: one person each, by channel. */
async function orders(
  days: number,
  ofDay: (day: number) => readonly { readonly channel: string; readonly revenue: number }[],
): Promise<void> {
  await insertOrders(
    Array.from({ length: days }, (_, day) => ofDay(day).map((order) => ({ ...order, timeMs: START_MS - (day + 1) * DAY_MS }))).flat(),
  );
}
async function insertOrders(
  placed: readonly { readonly timeMs: number; readonly channel: string; readonly revenue: number }[],
): Promise<void> {
  await insertEvents(placed.map(({ revenue, ...order }) => ({ ...order, name: "Order Completed", properties: { revenue } })));
}
async function insertEvents(
  came: readonly { readonly timeMs: number; readonly name: string; readonly channel: string; readonly properties: object }[],
): Promise<void> {
  const text = (ms: number): string => new Date(ms).toISOString().replace("T", " ").slice(0, 23);
  const values = came.map(({ timeMs, name, channel, properties }, index) => {
    const id = `event-${(seen += 1)}`;
    return {
      workspace_id: workspaceId,
      origin_id: String(1_000 + (index % 50)),
      name,
      time: text(timeMs),
      received_at: text(START_MS),
      message_id: id,
      event_id: id,
      source: "import",
      properties,
      channel,
    };
  });
  if (values.length === 0) return;
  await engines.warehouse.client.insert({
    table: "events",
    format: "JSONEachRow",
    clickhouse_settings: { distributed_foreground_insert: 1, insert_deduplicate: 0, max_partitions_per_insert_block: "0" },
    values,
  });
}
const usualDay = (day: number) => [
  { channel: "小程序", revenue: 20 },
  { channel: "小程序", revenue: 20 + (day % 3) },
  { channel: "门店", revenue: 30 },
];
/** Last week a channel did far more than before. */
const goodWeek = (day: number) =>
  day >= 2 && day < 9 ? [...usualDay(day), ...Array.from({ length: 6 }, () => ({ channel: "小红书", revenue: 50 }))] : usualDay(day);

async function targets(): Promise<readonly [string, string]> {
  const email = await call(notifyApi.createNoticeTarget, {
    body: { name: "管理层", language: "zh", place: { kind: "email", to: ["lead@example.test"] } },
  });
  const group = await call(notifyApi.createNoticeTarget, {
    body: { name: "运营群", language: "en", place: { kind: "wecom", address: robotAddress } },
  });
  return [email.target.id, group.target.id];
}
async function scheduled(kind: "daily" | "weekly", targetIds: readonly string[] = []) {
  await call(api.setReportSchedule, { params: { kind }, body: { madeAt: "08:00", targetIds: [...targetIds] } });
  await run(reports, "reports.queue");
  await makeAll();
}

describe("a scheduled report", () => {
  test("is made once per period by however many processes, says what moved and why, and is sent once to everyone", async () => {
    await orders(70, goodWeek);
    await scheduled("weekly", await targets());
    const others = [modules(), modules(), modules()];
    await Promise.all(others.map(({ reports: other }) => run(other, "reports.queue")));
    await Promise.all(others.map(({ reports: other }) => makeAll(other)));
    const { items } = await call(api.listReports);
    expect(items).toMatchObject([{ kind: "weekly", from: "2026-07-06", to: "2026-07-13", edition: 1, state: "done", askedBy: "" }]);

    const { content } = await call(api.getReport, { params: { report: items[0]?.id ?? "" } });
    expect(content?.figures.filter(({ section }) => section === "service")).toEqual([]);
    const value = content?.figures.find(({ id }) => id === "total_paid");
    const [usualWeek, lastWeek] = [0, 1].map((weeks) => weekRevenue(weeks === 1 ? 2 : 9));
    expect([value?.value, value?.previous]).toEqual([lastWeek, usualWeek]);
    expect(value?.steps).toHaveLength(7);
    expect(content?.findings).toContainEqual(
      expect.objectContaining({ kind: "moved", figure: "total_paid", range: "above", level: "good" }),
    );
    expect(content?.findings).toContainEqual(
      expect.objectContaining({ kind: "explained", figure: "total_paid", by: "channel", value: "小红书", delta: 7 * 6 * 5_000 }),
    );
    expect(content?.findings).toContainEqual({ kind: "goal", figure: "orders", reached: 63 / 42, level: "good" });
    for (const table of content?.tables ?? []) {
      const figure = content?.figures.find(({ id }) => id === table.figure);
      const delta = table.rows.reduce((sum, row) => sum + row.delta, 0) + table.overlap;
      expect(delta).toBe((figure?.value ?? 0) - (figure?.previous ?? 0));
    }

    await deliver();
    nowMs += MINUTE_MS;
    await deliver();
    expect(mail.received.map(({ to }) => to)).toEqual([["lead@example.test"]]);
    expect(mail.received[0]?.raw).toMatch(/application\/pdf[\s\S]*JVBERi0/);
    expect(robotSaid).toHaveLength(1);
    expect(robotSaid[0]).toContain("https://terrace.example.test/w/");
    expect(robotSaid[0]).toMatch(/Total paid: .* above its usual range/);
    const { items: told } = await call(notifyApi.listNoticeDeliveries, { query: { key: `report:${items[0]?.id}` } });
    expect(told.map(({ state, attempts }) => [state, attempts])).toEqual([
      ["delivered", 1],
      ["delivered", 1],
    ]);
  });

  test("tells of last year, of the service where there is any, of what may come, and of figures before and after what was done", async () => {
    await orders(70, goodWeek);
    await insertOrders(Array.from({ length: 21 }, () => ({ timeMs: Date.parse("2025-07-08T02:00:00Z"), channel: "门店", revenue: 40 })));
    const at = Date.parse("2026-07-08T02:00:00Z");
    const of = (name: string, timeMs: number) => ({ name, timeMs, channel: "小程序", properties: { ticket_id: "t1" } });
    await insertEvents([of("Ticket Created", at), of("Ticket Replied", at + 10 * MINUTE_MS)]);
    await call(createAnnotation, { body: { day: "2026-07-08", text: "小红书种草开始" } });
    await scheduled("weekly");
    const [first] = (await call(api.listReports)).items;
    const { content } = await call(api.getReport, { params: { report: first?.id ?? "" } });
    expect([content?.lastYear, content?.next]).toEqual([
      { from: "2025-07-07", to: "2025-07-14" },
      { from: "2026-07-13", to: "2026-07-20" },
    ]);
    expect(content?.findings).toContainEqual({ kind: "last_year", figure: "orders", change: 2, level: "good" });
    // Five days of nine orders, and the same weekdays of three.
    expect(content?.effects).toMatchObject([
      {
        kind: "note",
        text: "小红书种草开始",
        before: { from: "2026-07-01", to: "2026-07-06" },
        after: { from: "2026-07-08", to: "2026-07-13" },
        figures: expect.arrayContaining([{ id: "orders", before: 15, after: 45 }]),
      },
    ]);
    const ahead = content?.outlook.find(({ figure }) => figure === "orders");
    expect(ahead?.error).toMatchObject({ tried: 2, mape: expect.any(Number) });
    expect(Number.isInteger(ahead?.value) && (ahead?.low ?? 1) <= (ahead?.value ?? 0) && (ahead?.value ?? 1) <= (ahead?.high ?? 0)).toBe(
      true,
    );

    expect(content?.figures.flatMap(({ id, section, value }) => (section === "service" ? [[id, value]] : []))).toEqual([
      ["tickets", 1],
      ["first_response_time", 600],
      ["first_response_in_time", 1],
    ]);
    // What is decided today belongs to the report of today.
    const decision = { decided: "加一位客服", figure: "orders", reviewOn: "2026-07-20" };
    await call(api.recordDecision, { params: { report: first?.id ?? "" }, body: decision });
    nowMs += DAY_MS;
    const later = await call(api.makeReport, { body: { kind: "daily", date: "2026-07-15" } });
    await makeAll(modules().reports);
    expect((await call(api.getReport, { params: { report: later.id } })).content?.effects).toMatchObject([
      {
        kind: "decision",
        day: "2026-07-15",
        text: "加一位客服",
        figures: expect.arrayContaining([{ id: "orders", before: 9, after: 0 }]),
      },
    ]);
  });

  test("of a year looks ahead by its months, and says of which figures it cannot", async () => {
    const months = Array.from({ length: 36 }, (_, month) => Date.UTC(2023, month, 10));
    await insertOrders(
      months.flatMap((timeMs, month) => Array.from({ length: 10 + (month % 12) }, () => ({ timeMs, channel: "门店", revenue: 20 }))),
    );
    const yearly = async (date: string) => {
      const { id } = await call(api.makeReport, { body: { kind: "yearly", date } });
      await makeAll();
      return (await call(api.getReport, { params: { report: id } })).content;
    };
    const content = await yearly("2025-05-01");
    const ahead = content?.outlook.find(({ figure }) => figure === "orders");
    // Every year was the same: 10 in January up to 21 in December.
    expect(ahead).toMatchObject({ value: 186, error: { tried: 8 } });
    expect(ahead && ahead.low <= 186 && ahead.high >= 186).toBe(true);
    expect(content?.outlookUntold).toEqual([
      { figure: "active_people", why: "counted_once" },
      { figure: "buyers", why: "counted_once" },
    ]);
    const earlier = await yearly("2023-05-01");
    expect(earlier?.outlook).toEqual([]);
    expect(earlier?.outlookUntold).toContainEqual({ figure: "orders", why: "too_short", step: "month", known: 12, needed: 24 });
  });

  test("does not change with data that come later; another look is another edition", async () => {
    await orders(30, usualDay);
    await scheduled("daily");
    const [first] = (await call(api.listReports)).items;
    const before = await call(api.getReport, { params: { report: first?.id ?? "" } });
    await orders(10, () => [{ channel: "门店", revenue: 1_000 }]);
    expect(await call(api.makeReport, { body: { kind: "daily", date: "2026-07-14" } })).toEqual(first);
    const again = await call(api.makeReport, { body: { kind: "daily", date: "2026-07-14", again: true } });
    // What was asked before is remembered by a process until it hears of new data, which come past it here.
    await makeAll(modules().reports);
    expect(await call(api.getReport, { params: { report: first?.id ?? "" } })).toEqual(before);
    const after = await call(api.getReport, { params: { report: again.id } });
    const revenue = (report: typeof after) => report.content?.figures.find(({ id }) => id === "total_paid")?.value ?? 0;
    expect([again.edition, revenue(after) - revenue(before)]).toEqual([2, 100_000]);
    await expect(call(api.makeReport, { body: { kind: "weekly", date: "2026-07-15" } })).rejects.toMatchObject({
      code: "report.period_invalid",
    });
  });

  test("that a process died over is made by another, and what was missed while nothing ran is made later", async () => {
    await orders(30, usualDay);
    await call(api.setReportSchedule, { params: { kind: "daily" }, body: {} });
    await run(reports, "reports.queue");
    // A process takes it and is never heard of again.
    await inTransaction(engines.db, (tx) => claimReport(tx, new Date(nowMs), new Date(nowMs + 10 * MINUTE_MS)));
    await run(modules().reports, "reports.make");
    expect((await call(api.listReports)).items).toMatchObject([{ from: "2026-07-14", state: "running" }]);
    nowMs += 11 * MINUTE_MS;
    await run(reports, "reports.make");
    await until(async () => (await call(api.listReports)).items[0]?.state === "done");
    expect((await call(api.listReports)).items).toMatchObject([{ from: "2026-07-14", state: "done" }]);
    nowMs += 3 * DAY_MS;
    await run(reports, "reports.queue");
    await run(reports, "reports.queue");
    expect((await call(api.listReports)).items.map(({ from }) => from)).toEqual(["2026-07-17", "2026-07-16", "2026-07-15", "2026-07-14"]);
  });

  test("waits while events are not all to be queried yet", async () => {
    await orders(10, usualDay);
    const late = modules({ lagSeconds: () => Promise.resolve(600) }).reports;
    await call(api.makeReport, { body: { kind: "daily", date: "2026-07-14" } });
    await run(late, "reports.make");
    expect((await call(api.listReports)).items[0]?.state).toBe("waiting");
  });

  test("can be kept as a file, which a browser does not run", async () => {
    await orders(20, usualDay);
    await scheduled("daily");
    const [report] = (await call(api.listReports)).items;
    const headers = new Map<string, string>();
    for (const [id, start] of [
      ["downloadReportPdf", "%PDF-"],
      ["downloadReportHtml", "<!doctype html>"],
    ] as const) {
      const route = reports.routes.find(({ contract }) => contract.id === id);
      const answer = await route?.run({ params: { report: report?.id }, query: { language: "zh" }, body: undefined }, {
        workspaceId,
        setHeader: (name: string, value: string) => headers.set(name, value),
      } as never);
      const [first] =
        (answer as { stream: { read: () => Uint8Array } }).stream === undefined
          ? []
          : [(answer as { stream: { read: () => Uint8Array } }).stream.read()];
      expect(Buffer.from(first ?? []).toString("latin1")).toMatch(new RegExp(`^${start}`));
      expect(headers.get("content-disposition")).toMatch(/^attachment; /);
    }
  });
});

describe("a notice", () => {
  test("that cannot be delivered now is tried again and arrives once; one that is refused can be sent again by hand", async () => {
    await orders(20, usualDay);
    mail.refuseWith.push(451);
    await scheduled("daily", [(await targets())[0]]);
    await deliver();
    await deliver();
    expect(mail.received).toHaveLength(0);
    nowMs += MINUTE_MS;
    await deliver();
    await deliver();
    expect(mail.received).toHaveLength(1);
    const [report] = (await call(api.listReports)).items;
    const [second] = await targets();
    mail.refuseWith.push(554);
    expect(await call(api.sendReport, { params: { report: report?.id ?? "" }, body: { targetIds: [second] } })).toEqual({ queued: 1 });
    expect(await call(api.sendReport, { params: { report: report?.id ?? "" }, body: { targetIds: [second] } })).toEqual({ queued: 0 });
    await deliver();
    const [failed] = (await call(notifyApi.listNoticeDeliveries)).items;
    expect(failed).toMatchObject({ state: "failed", error: "EMESSAGE" });
    await call(notifyApi.resendNotice, { params: { delivery: failed?.id ?? "" } });
    await deliver();
    expect(mail.received).toHaveLength(2);
  });

  test("keeps secrets to itself: neither stored in clear nor shown, nor given to another address", async () => {
    const secret = "SECdoNotTell";
    const made = await call(notifyApi.createNoticeTarget, {
      body: { name: "钉钉群", place: { kind: "dingtalk", address: robotAddress, secret } },
    });
    expect(JSON.stringify(made)).not.toContain(secret);
    expect(made.target).toMatchObject({ hasSecret: true, place: expect.stringMatching(/^127\.0\.0\.1:\d+\/…$/) });
    const rows = await engines.db`select encode(place, 'escape') as place from notice_target where workspace_id = ${workspaceId}`;
    expect(JSON.stringify(rows)).not.toContain(secret);
    const moved = await call(notifyApi.updateNoticeTarget, {
      params: { target: made.target.id },
      body: { name: "钉钉群", language: "zh", place: { kind: "dingtalk", address: `${robotAddress}2` } },
    });
    expect(moved.hasSecret).toBe(false);
    expect(await call(notifyApi.testNoticeTarget, { params: { target: made.target.id } })).toEqual({ outcome: "delivered", code: "" });
    await expect(
      call(notifyApi.createNoticeTarget, { body: { name: "x", place: { kind: "wecom", address: "http://10.0.0.1/hook" } } }),
    ).rejects.toMatchObject({ code: "outbound.not_public", fault: { field: "place.address" } });
  });

  test("goes over the mail server of the workspace, whose password another server never gets", async () => {
    const server = {
      host: "localhost",
      port: mail.port,
      security: "starttls",
      user: "ops",
      password: "wrong",
      from: "a@example.test",
    } as const;
    expect((await call(notifyApi.getMailServer)).server).toMatchObject({ origin: "installation", hasPassword: true });
    const own = await call(notifyApi.setMailServer, { body: { server } });
    expect(own.server).toMatchObject({ origin: "workspace", hasPassword: true, from: "a@example.test" });
    expect(await call(notifyApi.testMailServer, { body: { to: "me@example.test" } })).toEqual({ outcome: "refused", code: "EAUTH" });
    const { password: _, ...without } = server;
    await expect(call(notifyApi.setMailServer, { body: { server: { ...without, host: "127.0.0.1" } } })).rejects.toMatchObject({
      fault: { field: "server.password" },
    });
    await call(notifyApi.setMailServer, { body: { server: null } });
    expect(await call(notifyApi.testMailServer, { body: { to: "me@example.test" } })).toEqual({ outcome: "delivered", code: "" });
  });
});

describe("a decision", () => {
  test("is kept with its figure, reminded of once on its day, and reviewed once with what the figure is then", async () => {
    await orders(20, usualDay);
    await scheduled("weekly", await targets());
    const [report] = (await call(api.listReports)).items;
    const params = { report: report?.id ?? "" };
    const body = { decided: "小红书预算加倍", expected: "订单金额 +20%", figure: "total_paid", reviewOn: "2026-07-20" };
    const made = await call(api.recordDecision, { params, body });
    expect(made).toMatchObject({ ...body, kind: "weekly", due: false, outcome: null, figureThen: weekRevenue(2, usualDay) });
    await expect(call(api.recordDecision, { params, body: { ...body, figure: "unheard" } })).rejects.toMatchObject({
      fault: { field: "figure" },
    });
    await run(reports, "reports.remind");
    await deliver();
    const quiet = robotSaid.length;
    nowMs = Date.parse("2026-07-20T00:30:00Z");
    for (const process of [reports, modules().reports]) await run(process, "reports.remind");
    await deliver();
    expect(robotSaid.slice(quiet).join()).toContain("小红书预算加倍");
    expect(robotSaid).toHaveLength(quiet + 1);
    expect((await call(api.listDecisions, { query: { state: "due" } })).items).toMatchObject([{ id: made.id, due: true }]);
    const review = { outcome: "partly", result: "涨了 8%" } as const;
    const reviewed = await call(api.reviewDecision, { params: { decision: made.id }, body: review });
    // The week that the review falls behind: two of its days have orders.
    expect(reviewed).toMatchObject({ ...review, due: false, figureAtReview: (71 + 70) * 100 });
    await expect(call(api.reviewDecision, { params: { decision: made.id }, body: review })).rejects.toMatchObject({
      code: "decision.reviewed",
    });
    const [row] = await engines.db<
      { decided: string }[]
    >`select encode(decided, 'escape') as decided from decision where workspace_id = ${workspaceId}`;
    expect(row?.decided).not.toContain("小红书");
    expect(audited).toEqual(expect.arrayContaining(["report.schedule", "decision.record", "decision.review"]));
  });
});

/** What a week brought in, in minor units, whose last day is so many days before now. */
function weekRevenue(lastDay: number, ofDay = goodWeek): number {
  return Array.from({ length: 7 }, (_, index) => ofDay(lastDay + index))
    .flat()
    .reduce((sum, { revenue }) => sum + revenue * 100, 0);
}

describe("an alert", () => {
  const question: alertApi.AlertBody["question"] = {
    kind: "trends",
    body: { series: [{ event: { event: "Order Completed" }, measure: { kind: "events" } }] },
  };
  const rule = { kind: "threshold", side: "above", value: 5, until: 3, consecutive: 1 } as const;
  const body = { name: "订单太多", question, rule, interval: "day", unit: "count" } as const;
  /** Looks with every process at once, until all have. */
  async function look(processes: readonly Alerts[] = [alerts]): Promise<void> {
    const before = new Date(nowMs);
    await until(async () => {
      // One that still looks for the last time does not begin again.
      await Promise.all(processes.map((process) => run(process, "alerts.look")));
      const left = await engines.db`
        select 1 from alert where workspace_id = ${workspaceId} and not paused and (evaluated_at is null or evaluated_at < ${before}) and failure is null limit 1`;
      return left.count === 0;
    });
  }
  const events = async () => (await call(alertApi.listAlertEvents)).items;

  test("is raised once and ended once however many processes look, and people are told once of each", async () => {
    await orders(40, usualDay);
    const [, group] = await targets();
    const made = await call(alertApi.createAlert, { body: { ...body, targetIds: [group] } });
    const processes = [alerts, modules().alerts, modules().alerts];
    await look(processes);
    expect(await events()).toEqual([]);
    // Orders of today, which is not over: it can only become more.
    await today(6);
    for (let minutes = 0; minutes < 10; minutes += 5) {
      nowMs += 5 * MINUTE_MS;
      await look(processes);
    }
    expect(await events()).toMatchObject([
      { alertId: made.id, value: 6, endedAt: null, muted: false, intervalFrom: "2026-07-14T16:00:00.000Z" },
    ]);
    expect((await call(alertApi.listAlerts)).items).toMatchObject([{ state: "alarm", lastValue: 6 }]);
    await deliver();
    nowMs += DAY_MS + MINUTE_MS;
    await look(processes);
    expect((await events())[0]?.endedAt).toBeNull();
    nowMs += DAY_MS;
    await look(processes);
    await look(processes);
    expect(await events()).toMatchObject([{ endedAt: expect.any(String) }]);
    nowMs += MINUTE_MS;
    await deliver();
    expect(robotSaid.map((said) => /Alert over|Alert/.exec(said)?.[0])).toEqual(["Alert", "Alert over"]);
    const acknowledged = await call(alertApi.acknowledgeAlert, { params: { event: (await events())[0]?.id ?? "" } });
    expect(acknowledged.acknowledgedBy).toBe("ann@example.test");
  });

  test("reads the past once, then only what is new", async () => {
    await orders(80, usualDay);
    await call(alertApi.createAlert, { body: { ...body, rule: { kind: "anomaly", side: "either", consecutive: 1 } } });
    asked = [];
    await look();
    nowMs += 5 * MINUTE_MS;
    await look();
    expect(asked).toEqual([
      { from: "2026-05-10", to: "2026-07-16" },
      { from: "2026-07-13", to: "2026-07-16" },
    ]);
    nowMs += DAY_MS;
    await look();
    expect(asked.at(-1)).toEqual({ from: "2026-07-14", to: "2026-07-17" });
    expect(await events()).toEqual([]);
  });

  test("is looked at within five minutes, however many there are and however long some take; one that cannot be says so and stops no other", async () => {
    await orders(5, usualDay);
    const [, group] = await targets();
    const of = (event: string): typeof question => ({
      kind: "trends",
      body: { series: [{ event: { event }, measure: { kind: "events" } }] },
    });
    const watched = [...Array.from({ length: 8 }, (_, index) => `Event ${index}`), "Slow Event 1", "Slow Event 2", "Slow Event 3"];
    for (const event of watched) await call(alertApi.createAlert, { body: { ...body, name: event, question: of(event) } });
    isTooHeavy = false;
    members = ["ann@example.test"];
    const heavy = await call(alertApi.createAlert, { body: { ...body, name: "重", question: of("Heavy Event"), targetIds: [group] } });
    isTooHeavy = true;
    lookedAt = new Map();
    const startMs = nowMs;
    while (nowMs < startMs + 14 * MINUTE_MS) {
      await until(async () => {
        await run(alerts, "alerts.look");
        const due = await engines.db`select 1 from alert where workspace_id = ${workspaceId} and due_at <= ${new Date(nowMs)} limit 1`;
        return due.count === 0;
      });
      nowMs += 15_000;
    }
    for (const event of watched) {
      const times = [startMs, ...(lookedAt.get(event) ?? []), nowMs];
      expect(times.length, event).toBeGreaterThan(4);
      for (const [index, at] of times.entries()) expect(at - (times[index - 1] ?? startMs), event).toBeLessThanOrEqual(5 * MINUTE_MS);
    }

    expect((await call(alertApi.listAlerts, {})).items.find(({ id }) => id === heavy.id)).toMatchObject({
      state: "failing",
      failure: "insight.too_heavy",
    });
    expect(await events()).toMatchObject([{ alertId: heavy.id, failure: "insight.too_heavy", value: null, endedAt: null }]);
    await deliver();
    expect(robotSaid).toHaveLength(1);
    // Whoever made it is written to without a target for it, and sees it wherever alarms wait.
    expect(mail.received.map(({ to }) => to)).toEqual([["ann@example.test"]]);
    expect((await call(alertApi.listAlertEvents, { query: { state: "unacknowledged" } })).items).toMatchObject([{ alertId: heavy.id }]);
    expect((await call(notifyApi.listNoticeTargets)).items.map(({ name }) => name).toSorted()).toEqual(["管理层", "运营群"].toSorted());
    expect(robotSaid[0]).toMatch(/cannot be looked at: 重[\s\S]*more memory or rows[\s\S]*ann＠example\.test/);
    isTooHeavy = false;
    nowMs += 15 * MINUTE_MS;
    await until(async () => {
      await run(alerts, "alerts.look");
      return (await call(alertApi.listAlerts)).items.find(({ id }) => id === heavy.id)?.state === "ok";
    });
    expect(await events()).toMatchObject([{ alertId: heavy.id, endedAt: expect.any(String) }]);
    await deliver();
    expect(robotSaid[1]).toContain("looked at again");
    expect(mail.received).toHaveLength(2);
  });

  test("that is muted keeps its history and tells nobody, and one changed begins anew", async () => {
    await orders(5, usualDay);
    await today(8);
    const [, group] = await targets();
    const made = await call(alertApi.createAlert, { body: { ...body, targetIds: [group] } });
    const params = { alert: made.id };
    await call(alertApi.muteAlert, { params, body: { until: new Date(nowMs + DAY_MS).toISOString() } });
    await look();
    expect(await events()).toMatchObject([{ muted: true, endedAt: null }]);
    await call(alertApi.updateAlert, { params, body: { ...body, rule: { ...rule, value: 100, until: 90 } } });
    await look();
    expect(await events()).toMatchObject([{ muted: true, endedAt: expect.any(String) }]);
    await deliver();
    expect(robotSaid).toEqual([]);
  });

  test("shows beforehand how often it would have been raised, and is not kept when it cannot be asked", async () => {
    await orders(60, (day) => (day % 10 === 4 ? Array.from({ length: 9 }, () => ({ channel: "门店", revenue: 1 })) : usualDay(day)));
    const preview = await call(alertApi.previewAlert, { body: { question, rule, interval: "day" } });
    expect([preview.alarms, preview.points.length, preview.points.filter(({ alarm }) => alarm).length]).toEqual([3, 31, 3]);
    const bad: typeof question = { kind: "trends", body: { series: [{ event: { event: "x" }, measure: { kind: "sum" } }] } };
    await expect(call(alertApi.createAlert, { body: { ...body, question: bad } })).rejects.toMatchObject({ code: "request.invalid" });
    const dated = { kind: "trends", body: { ...question.body, interval: "day" } } as never;
    await expect(call(alertApi.createAlert, { body: { ...body, question: dated } })).rejects.toMatchObject({
      fault: { field: "question.body.interval" },
    });
    expect((await call(alertApi.listAlerts)).items).toEqual([]);
  });

  /** So many orders today. */
  async function today(count: number): Promise<void> {
    const before = nowMs;
    await insertOrders(
      Array.from({ length: count }, (_, index) => ({ timeMs: before - (index + 1) * MINUTE_MS, channel: "门店", revenue: 10 })),
    );
  }
});
