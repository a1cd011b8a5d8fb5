import type { MessageAsked } from "@terrace/domain/messages/message";
import { lastDayOf, writeLink } from "@terrace/domain/messages/link-token";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { askedMessage, makeKnown, messageParts, type MessageParts } from "@terrace/testkit/message-parts";
import { sinkCarrier, startMessageSink, type MessageSink } from "@terrace/testkit/message-sink";
import { eventOf, user } from "@terrace/testkit/people-model";
import { makeWorkspace, startStateEngine, type TestStateEngine } from "@terrace/testkit/state-engine";
import { getPreferenceCentre, makePreferenceLink, savePreferenceCentre } from "@terrace/contract/api/preferences";
import type { RouteContract } from "@terrace/contract/route";
import type { FastifyInstance, InjectOptions } from "fastify";
import pino from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { decodePayload } from "../../platform/feed/feed-codec.ts";
import { createHttpServer } from "../../platform/http/http-server.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { createConsentDoors } from "../consent/consent-doors.ts";
import { createOwnWords, type OwnWords } from "../consent/own-words.ts";
import { loadClearIds } from "../people/clear-ids.ts";
import { idsOfPeople } from "../people/person-ids.ts";
import { createLinks, type Links } from "./module.ts";

const NOON = Date.parse("2026-03-10T04:00:00Z"); // in Shanghai
const DAY_MS = 86_400_000;
const BASE = "https://t.example.test";
const PERSON = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1";
const BOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
const SHOP = "https://shop.example.test/tea?for=ann@example.test&x=1";

let engine: TestStateEngine;
let sink: MessageSink;
let parts: MessageParts;
let own: OwnWords;
let links: Links;
let app: FastifyInstance;
let workspaceId = 0;
let nowMs = NOON;
let asked: MessageAsked[] = [];
let traits: Record<string, string> = {};
let confirmReady = true;
let isSandbox = false;

beforeAll(async () => {
  engine = await startStateEngine();
}, 120_000);
afterAll(() => engine.stop());
beforeEach(async () => {
  nowMs = NOON;
  asked = [];
  traits = {};
  confirmReady = true;
  isSandbox = false;
  sink = await startMessageSink();
  await engine.db`delete from message`;
  workspaceId = await makeWorkspace(engine.db);
  const carrier = sinkCarrier(sink.url, { repeating: "neither", repeatableForMs: null, ratePerSecond: null });
  parts = messageParts({ db: engine.db, carrier, nowMs: () => nowMs });
  const { privacy } = parts;
  let ids = 0;
  own = createOwnWords({
    db: engine.db,
    privacy,
    nowMs: () => nowMs,
    randomId: () => `r${(ids += 1)}`,
    audit: () => Promise.resolve(),
    accept: () => Promise.reject(new Error("events of links go in with the transaction")),
    personOf: () => Promise.reject(new Error("nobody is looked up by name")),
    people: { idsOfPeople, clearIdsIn: (sql, workspace, origins) => loadClearIds({ db: sql, privacy }, workspace, origins) },
    prepare: ({ ids: of, timeMs, workspaceId: at, messageId, name, properties }) =>
      eventOf({ ids: of, timeMs, workspaceId: at, messageId, name, properties }),
  });
  links = createLinks(deps());
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  app = createHttpServer({ log, nowMs: () => nowMs, randomId: () => "request-1" });
  await links.register(app);
});
afterEach(async () => {
  await app.close();
  await parts.messages.stop();
  await sink.close();
});

const deps = (): Parameters<typeof createLinks>[0] => ({
  templateNames: () => Promise.resolve(new Map()),
  warehouse: { rows: () => Promise.reject(new Error("links ask no figures")) },
  db: engine.db,
  privacy: parts.privacy,
  audit: () => Promise.resolve(),
  people: {
    speakOf: (_workspace, people) => Promise.resolve(people.map(() => ({ traits, properties: {} }))),
    personOf: (_workspace, person) => Promise.resolve({ personId: person, originIds: [person], naming: user("u0") }),
  },
  consent: { own },
  publicUrl: BASE,
  nameOf: (workspace) => Promise.resolve(workspace === workspaceId ? "Tea <Co>" : undefined),
  isSandbox: () => Promise.resolve(isSandbox),
  channelsOf: () => Promise.resolve(["email", "sms"]),
  takeReceipts: parts.messages.takeReceipts,
  askMessages: (_tx, _workspace, messages) => Promise.resolve(asked.push(...messages)),
  templateOf: () => Promise.resolve({ channel: "email", published: confirmReady, transactional: true }),
  nowMs: () => nowMs,
  log: pino({ level: "silent" }),
});
const call = <C extends RouteContract>(of: C, input: CallInput<C> = {}) => callRoute(links.routes, workspaceId, of, input);
const visit = (address: string, options: Omit<InjectOptions, "url"> = {}) =>
  app.inject({ ...options, url: address.replace(BASE, ""), headers: { "user-agent": PERSON, ...options.headers } });
const post = (address: string, body: string) =>
  visit(address, { method: "POST", payload: body, headers: { "content-type": "application/x-www-form-urlencoded" } });
const ann = async (): Promise<string> => {
  const [origin = ""] = await makeKnown({ db: engine.db, privacy: parts.privacy }, workspaceId, [
    { ids: [user("u0"), { kind: "email", value: "ann@example.test" }] },
  ]);
  return origin;
};
/** A message of marketing that was sent to somebody, with its links. */
async function sentTo(originId: string, key = "k1") {
  await own.say({ workspaceId, originId }, [{ purpose: "marketing", channel: "email", state: "given" }], { source: "web", evidence: {} });
  nowMs += 1_000;
  await inTransaction(engine.db, (tx) =>
    parts.messages.ask(tx, workspaceId, [askedMessage({ key, originId, channel: "email", purpose: "marketing" })]),
  );
  const [loop] = parts.messages.loops;
  const { signal } = new AbortController();
  while ((await loop?.step(signal)) === 0) await parts.messages.stop();
  await parts.messages.stop();
  const [row] = await engine.db<{ reference: string; state: string }[]>`
    select reference, state from message where workspace_id = ${workspaceId} and key = ${key}`;
  expect(row?.state).toBe("sent");
  const message = { originId, channel: "email", purpose: "marketing", transactional: false, reference: row?.reference ?? "" } as const;
  const made = await links.linksOf(workspaceId, message);
  if (!made.ok) throw new Error(made.fault.code);
  const html = `<body><a href="${SHOP.replace("&", "&amp;")}">tea</a><a href="${made.value.unsubscribe ?? ""}">bye</a></body>`;
  const tracked = await links.track(workspaceId, message, { channel: "email", subject: "s", text: "t", html });
  const sent = tracked.channel === "email" ? tracked.html : "";
  const [click = "", bye = ""] = [...sent.matchAll(/<a href="([^"]+)"/g)].map(([, to = ""]) => to);
  const [, pixel = ""] = /<img src="([^"]+)"/.exec(sent) ?? [];
  return { ...made.value, click, bye, pixel, reference: message.reference };
}
const may = async (originId: string, channel = "email") =>
  (await createConsentDoors({ db: engine.db, nowMs: () => nowMs }).may(workspaceId, originId, "marketing", { channel })).reason;
const told = async (): Promise<readonly string[]> => {
  const rows = await engine.db<{ payload: Uint8Array }[]>`select payload from feed order by lane, seq`;
  return rows
    .flatMap(({ payload }) => decodePayload(parts.privacy, payload).map(({ event }) => event))
    .filter((event) => event.workspaceId === workspaceId && event.name !== "message_sent")
    .map(({ name, properties: { detail, source } }) => [name, ...(detail === "" || detail === undefined ? [source] : [detail])].join(" "))
    .toSorted();
};
const notes = async (): Promise<readonly string[]> => {
  const rows = await engine.db<{ what: string }[]>`select what from message_note where workspace_id = ${workspaceId} order by note_id`;
  return rows.map(({ what }) => what).filter((what) => what !== "send" && what !== "accepted");
};

test("a link leads where it was made to lead and nowhere else, and tells once that somebody followed it; nothing personal shows in it", async () => {
  const { click, bye, unsubscribe, pixel } = await sentTo(await ann());
  expect(bye).toBe(unsubscribe);
  expect(`${click} ${pixel} ${bye}`).not.toMatch(/ann|shop|marketing|%40|@/);
  nowMs += 60_000;
  const followed = await visit(`${click}?to=https://evil.example.test/`);
  expect([followed.statusCode, followed.headers.location]).toEqual([302, SHOP]);
  expect(followed.headers["referrer-policy"]).toBe("no-referrer");
  expect((await visit(pixel)).headers["content-type"]).toBe("image/gif");
  await visit(click);
  await visit(pixel);
  expect(await told()).toEqual(["Consent Given web", "message_clicked 1", "message_opened api"]);
});

test("robots, mail filters and what comes right after sending are written down as that; people count beside them", async () => {
  const { click, pixel } = await sentTo(await ann());
  nowMs += 1_000;
  expect((await visit(click)).headers.location).toBe(SHOP);
  nowMs += 60_000;
  expect((await visit(click, { headers: { "user-agent": BOT } })).headers.location).toBe(SHOP);
  expect((await visit(click, { method: "HEAD" })).headers.location).toBe(SHOP);
  await visit(pixel, { headers: { "user-agent": "Mozilla/5.0" } });
  expect(await told()).toEqual(["Consent Given web"]);
  expect(await notes()).toEqual(["clicked_by_machine", "opened_by_machine"]);
  await visit(click);
  expect(await told()).toEqual(["Consent Given web", "message_clicked 1"]);
});

test("one click of the mail program ends the purpose on the channel (RFC 8058); looking at the page ends nothing", async () => {
  const origin = await ann();
  const { unsubscribe = "" } = await sentTo(origin);
  nowMs += 60_000;
  const page = await visit(unsubscribe, { headers: { "user-agent": BOT } });
  expect(page.body).toContain("Tea &lt;Co&gt;");
  expect(page.body).not.toContain("<script");
  expect(await may(origin)).toBe("given");
  const ended = await post(unsubscribe, "List-Unsubscribe=One-Click");
  expect([ended.statusCode, ended.headers.location]).toEqual([200, undefined]);
  expect([await may(origin), await may(origin, "sms")]).toEqual(["withdrawn", "silent"]);
  expect(await told()).toEqual(["Consent Given web", "Consent Withdrawn message", "message_unsubscribed api"]);
});

test("whoever agreed again may end it by the old letter again, and when its record is gone", async () => {
  const origin = await ann();
  const { unsubscribe = "" } = await sentTo(origin);
  nowMs += 60_000;
  await post(unsubscribe, "");
  for (const gone of [false, true]) {
    nowMs += 1_000;
    await own.say({ workspaceId, originId: origin }, [{ purpose: "marketing", channel: "email", state: "given" }], {
      source: "web",
      evidence: {},
    });
    expect(await may(origin)).toBe("given");
    if (gone) await engine.db`delete from message`;
    nowMs += 1_000;
    await post(unsubscribe, "");
    expect(await may(origin)).toBe("withdrawn");
  }
});

test("a changed token, one of another workspace or of another kind, and one whose time is over say so and do nothing", async () => {
  const origin = await ann();
  const { unsubscribe = "", click, preferences = "" } = await sentTo(origin);
  nowMs += 60_000;
  const token = unsubscribe.slice(unsubscribe.lastIndexOf("/") + 1);
  const other = `${(workspaceId + 1).toString(36)}-${token.split("-").slice(1).join("-")}`;
  const last = token.at(-1) === "A" ? "B" : "A";
  for (const wrong of [`${token.slice(0, -1)}${last}`, other, "nonsense", click.slice(click.lastIndexOf("/") + 1)]) {
    expect((await post(`/m/u/${wrong}`, "")).statusCode).toBe(404);
    expect((await visit(`/m/c/${wrong}`)).statusCode).toBe(wrong === click.slice(click.lastIndexOf("/") + 1) ? 302 : 404);
  }
  // Well sealed, of a workspace that is not there.
  const strange = writeLink({
    kind: "click",
    untilDay: lastDayOf("click", nowMs),
    originId: origin,
    reference: "",
    purpose: "",
    channel: "",
    target: SHOP,
    place: 1,
  });
  expect((await visit(`/m/c/${parts.privacy.sealToken(workspaceId + 1, strange)}`)).statusCode).toBe(404);
  nowMs += 181 * DAY_MS;
  expect((await visit(click)).statusCode).toBe(410);
  expect((await visit(preferences)).statusCode).toBe(200);
  nowMs += 550 * DAY_MS;
  expect((await post(unsubscribe, "")).statusCode).toBe(410);
  expect(await may(origin)).toBe("given");
});

test("guessing is slowed down, and what one link may write is limited; people are sent on all the same", async () => {
  const origin = await ann();
  const { click, unsubscribe = "" } = await sentTo(origin);
  const codes = [];
  for (let n = 0; n < 32; n += 1) codes.push((await visit(`/m/c/1-guess${n}`)).statusCode);
  expect([codes[0], codes.at(-1)]).toEqual([404, 429]);
  for (let n = 0; n < 40; n += 1) expect((await visit(click)).statusCode).toBe(302);
  const busy = await post(unsubscribe, "");
  expect([busy.statusCode, busy.headers["retry-after"]]).toEqual([429, "60"]);
  nowMs += 60_000;
  expect((await post(unsubscribe, "")).statusCode).toBe(200);
});

test("without an address of its own an installation sends no letter that people could not end, but to a sandbox", async () => {
  const homeless = createLinks({ ...deps(), publicUrl: undefined });
  const message = { originId: "1", channel: "email", purpose: "marketing", transactional: false, reference: "r" } as const;
  expect(await homeless.linksOf(workspaceId, message)).toMatchObject({ ok: false, fault: { code: "links.no_public_url" } });
  expect(await homeless.linksOf(workspaceId, { ...message, transactional: true })).toEqual({ ok: true, value: {} });
  isSandbox = true;
  expect(await homeless.linksOf(workspaceId, message)).toMatchObject({ ok: true });
});

test("letters are led and counted as far as the workspace wants", async () => {
  await call(savePreferenceCentre, { body: { confirmTemplate: null, trackOpens: false, trackClicks: false } });
  const { click, pixel } = await sentTo(await ann());
  expect([click, pixel]).toEqual([SHOP.replace("&", "&amp;"), ""]);
});

test("the page of preferences shows purposes by channel in the person's language, and one press of a button takes effect", async () => {
  const origin = await ann();
  traits = { language: "en-GB" };
  const { preferences = "" } = await sentTo(origin);
  nowMs += 60_000;
  const page = (await visit(preferences, { headers: { "accept-language": "zh-CN" } })).body;
  expect(page).toContain(`<html lang="en">`);
  expect(switches(page)).toMatchObject({ "Marketing · e-mail": true, "Marketing · text message": false, Analytics: false });
  expect((await visit(`${preferences}?lang=zh`)).body).toContain("接收设置");
  const after = await post(preferences, "set=marketing:email:withdrawn");
  expect([after.statusCode, after.headers.location?.endsWith("?lang=en&told=saved")]).toEqual([303, true]);
  expect(switches((await visit(after.headers.location ?? "")).body)).toMatchObject({ "Marketing · e-mail": false });
  nowMs += 1_000;
  await post(preferences, "set=marketing:sms:given");
  await post(preferences, "set=analytics::given");
  expect([await may(origin), await may(origin, "sms")]).toEqual(["withdrawn", "given"]);
  nowMs += 1_000;
  await post(preferences, "set=all");
  expect([await may(origin, "sms"), await may(origin, "push")]).toEqual(["withdrawn", "withdrawn"]);
  expect(switches((await visit(preferences)).body)).toMatchObject({ "Marketing · text message": false, Analytics: true });
  for (const nonsense of ["set=service:email:given", "set=marketing:fax:given", "set=marketing::given", "set=", "x=1"])
    await post(preferences, nonsense);
  expect(await told()).toEqual([
    "Consent Given preferences",
    "Consent Given preferences",
    "Consent Given web",
    "Consent Withdrawn preferences",
    "Consent Withdrawn preferences",
  ]);
});

test("consent to e-mail waits until it is confirmed by the mail, which goes out once", async () => {
  const origin = await ann();
  await call(savePreferenceCentre, { body: { confirmTemplate: "42", trackOpens: true, trackClicks: true } });
  const { preferences = "", confirm = "" } = await sentTo(origin);
  nowMs += 60_000;
  await post(preferences, "set=marketing:email:withdrawn");
  expect((await visit(confirm)).body).toContain("没有待确认的内容");
  nowMs += 1_000;
  expect((await post(preferences, "set=marketing:email:given")).headers.location).toMatch(/told=mailed$/);
  expect(await may(origin)).toBe("withdrawn");
  expect(asked).toMatchObject([{ originId: origin, channel: "email", template: "42", purpose: "service" }]);
  expect((await visit(preferences)).body).toContain("等待邮件确认");
  expect((await visit(confirm)).body).toContain("营销");
  expect(await may(origin)).toBe("withdrawn");
  await post(confirm, "");
  expect(await may(origin)).toBe("given");
  expect((await visit(confirm)).body).toContain("没有待确认的内容");
  // Nobody confirms what was taken back, or what took too long.
  nowMs += 1_000;
  await post(preferences, "set=marketing:email:withdrawn");
  nowMs += 1_000;
  await post(preferences, "set=marketing:email:given");
  await post(preferences, "set=all");
  await post(confirm, "");
  expect(await may(origin)).toBe("withdrawn");
  nowMs += 1_000;
  await post(preferences, "set=marketing:email:given");
  nowMs += 3 * DAY_MS;
  await post(confirm, "");
  expect(await may(origin)).toBe("withdrawn");
});

test("of somebody who was erased nothing is shown and nothing kept", async () => {
  const [nobody, told] = ["4711", { workspaceId, originId: "4711" }];
  const page = links.preferencesOf(told.workspaceId, nobody) ?? "";
  expect((await visit(page)).statusCode).toBe(404);
  expect((await post(page, "set=all")).statusCode).toBe(404);
  const made = await links.linksOf(workspaceId, {
    originId: nobody,
    channel: "email",
    purpose: "marketing",
    transactional: false,
    reference: "r",
  });
  expect((await post(made.ok ? (made.value.unsubscribe ?? "") : "", "")).statusCode).toBe(200);
  expect(await engine.db`select 1 from consent_fact where workspace_id = ${workspaceId}`).toHaveLength(0);
});

test("settings and a person's link over the API", async () => {
  expect(await call(getPreferenceCentre)).toEqual({ confirmTemplate: null, trackOpens: true, trackClicks: true, ready: true });
  confirmReady = false;
  await expect(call(savePreferenceCentre, { body: { confirmTemplate: "42", trackOpens: true, trackClicks: true } })).rejects.toMatchObject({
    fault: { code: "preferences.template_unfit" },
  });
  const { url } = await call(makePreferenceLink, { params: { person: await ann() } });
  expect((await visit(url)).statusCode).toBe(200);
});

function switches(page: string): Readonly<Record<string, boolean>> {
  return Object.fromEntries(
    [...page.matchAll(/aria-checked="(\w+)" aria-label="([^"]+)"/g)].map(([, on, name = ""]) => [name, on === "true"]),
  );
}
