import { allRoutes } from "@terrace/contract/api/all-routes";
import type { RouteContract } from "@terrace/contract/route";
import { PERMISSIONS } from "@terrace/domain/access/permissions";
import { inBoth, pyramidLayer } from "@terrace/testkit/pyramid-layers";
import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { arrived, person } from "../sdk/arrivals.ts";

/** Planted in every place that shows people; nobody else is called so. */
const NAMES = ["欧阳晴岚", "司徒望舒", "慕容听雪", "上官临风", "夏侯知秋", "东方既白"] as const;
const PHONE = "13876540192";
const EMAIL = "qinglan.planted@secret.example.test";
const PLANTED = [...NAMES, PHONE, EMAIL];
const USERS = ["ann", "ben", "cleo", "dan", "eve", "fay"] as const;
const POSTED = { did: { event: "Posted" }, count: { op: "gte", value: 1 } };
const IN_CLEAR = { classes: { name: "clear", phone: "clear", email: "clear" }, traits: {}, properties: {} };

type Answer = { readonly status: number; readonly text: string };
type Noted = { readonly action: string; readonly actor: string; readonly target: string; readonly detail: { readonly route?: string } };

let terrace: TestTerrace;
/** A key whose maker sees names, phone numbers and e-mail addresses in clear. */
let seer = "";
/** By name of a path's parameter, or of what a body names. */
const ids: Record<string, string> = {};

beforeAll(async () => {
  terrace = await startTerrace();
  seer = await keyThatSees();
  await fillPeople();
  await fillSegments();
  await fillVerification();
  await fillPyramid();
  await fillReferrals();
  await fillHoldout();
  await fillJourney();
  await fillMessage();
}, 120_000);
afterAll(async () => {
  expect(await terrace.stop()).toBe(0);
});

async function call(method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await fetch(new URL(path.replace(":workspace", "current"), terrace.url), {
    method,
    headers: { authorization: `Bearer ${seer}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  // Streams do not end by themselves.
  const isText = answer.headers.get("content-type")?.includes("json") === true;
  const text = isText ? await answer.text() : "";
  if (!isText) await answer.body?.cancel();
  return { status: answer.status, text };
}

/** A key sees what the role of its maker sees, so somebody comes in with a role of the workspace's own and makes one. */
async function keyThatSees(): Promise<string> {
  const { key } = await terrace.api<{ key: string }>("/roles", { body: { name: "看明文", permissions: PERMISSIONS, fields: IN_CLEAR } });
  const { signInPath } = await terrace.api<{ signInPath: string }>("/members", { body: { email: "seer@example.test", role: key } });
  const token = new URL(signInPath, terrace.url).searchParams.get("token");
  const signedIn = await fetch(new URL("/api/session", terrace.url), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token }),
  });
  const { csrfToken, workspaces } = (await signedIn.json()) as { csrfToken: string; workspaces: { id: string }[] };
  const cookie = signedIn.headers.getSetCookie()[0]?.split(";", 1)[0] ?? "";
  const made = await fetch(new URL(`/api/workspaces/${workspaces[0]?.id ?? ""}/keys`, terrace.url), {
    method: "POST",
    headers: { cookie, "x-terrace-csrf": csrfToken, "content-type": "application/json" },
    body: JSON.stringify({ kind: "secret", name: "seer", scopes: PERMISSIONS }),
  });
  return ((await made.json()) as { secret: string }).secret;
}

/** Ann and Ben share a phone number, and were seen on one device; Dan and Eve are joined by hand. */
async function fillPeople(): Promise<void> {
  const shared = { phone: PHONE, email: EMAIL };
  await terrace.send(
    USERS.flatMap((userId, index) => [
      { type: "identify", userId, traits: { name: NAMES[index], ...(index < 2 ? shared : {}) } },
      { type: "track", userId, event: "Posted", ...(index < 2 ? { anonymousId: "one-device" } : {}) },
    ]),
  );
  await arrived(terrace, { name: "Posted" }, USERS.length);
  for (const user of USERS) ids[user] = (await person(terrace, "user_id", user)).id;
  ids["person"] = ids["ann"] ?? "";
  await terrace.api(`/people/${ids["ann"]}/notes`, { body: { text: `打过电话 ${PHONE}` } });
  const { items } = await terrace.api<{ items: { id: string }[] }>("/conflicts");
  ids["conflict"] = items[0]?.id ?? "";
  await terrace.api("/merges", { body: { people: [ids["dan"], ids["eve"]], confirmConflicts: true } });
}

async function fillSegments(): Promise<void> {
  ids["segment"] = (await terrace.api<{ id: string }>("/segments", { body: { name: "发过帖", rule: POSTED } })).id;
  ids["other"] = (await terrace.api<{ id: string }>("/segments", { body: { name: "也发过", rule: POSTED } })).id;
  const values = [
    { value: "yes", name: "发过", rule: POSTED },
    { value: "no", name: "没有", rule: null },
  ];
  await terrace.api("/classes/class_posts", { method: "PUT", body: { name: "发帖", values } });
  ids["class"] = "class_posts";
  await eventually(async () => expect((await terrace.api<{ live: boolean }>("/classes/class_posts")).live).toBe(true));
}

async function fillVerification(): Promise<void> {
  const both = (zh: string, en: string) => ({ zh, en });
  const fields = [{ key: "phone", name: both("电话", "Phone"), type: "text", required: false }];
  const badge = { label: both("专", "Pro"), tone: "green" };
  const kind = { name: both("专家", "Expert"), badge, tag: "专家", fields, eligibility: null, validDays: null, open: true };
  await terrace.api("/verification-kinds/expert", { method: "PUT", body: kind });
  for (const user of ["ann", "ben", "cleo"]) {
    const body = { kind: "expert", evidence: { phone: PHONE } };
    ids[`application of ${user}`] = (await terrace.api<{ id: string }>(`/people/${ids[user]}/verifications`, { body })).id;
  }
  ids["verification"] = ids["application of ann"] ?? "";
}

async function fillPyramid(): Promise<void> {
  const often = { did: { event: "Posted" }, count: { op: "gte" as const, value: 2 }, within: { days: 30 } };
  const once = { did: { event: "Posted" }, count: { op: "gte" as const, value: 1 }, within: { days: 30 } };
  const layers = [
    pyramidLayer("top"),
    pyramidLayer("often", { rule: often }),
    pyramidLayer("once", { rule: once, demotion: { lapse: null, minimum: { atLeast: 5, months: 1, graceDays: 0 } } }),
    pyramidLayer("all"),
  ];
  const contribution = { unit: inBoth("次"), items: [{ event: { event: "Posted" }, property: null, weight: 1 }] };
  await terrace.api("/pyramids/main", { method: "PUT", body: { name: inBoth("社区"), reviewDay: 1, contribution, layers } });
  await eventually(async () => expect((await terrace.api<{ live: boolean }>("/pyramids/main")).live).toBe(true));
  const appointed = { layer: "top", people: { identity: "user_id", values: ["ann"] }, note: `推荐人电话 ${PHONE}` };
  await terrace.api("/pyramids/main/appointments", { body: appointed });
  Object.assign(ids, { pyramid: "main", layer: "once" });
}

async function fillReferrals(): Promise<void> {
  const program = { name: "老带新", landing: "https://shop.example.test/", conversion: { event: "Posted" }, newPeopleOnly: false };
  ids["program"] = (await terrace.api<{ id: string }>("/referrals/programs", { body: program })).id;
  const at = `/referrals/programs/${ids["program"]}`;
  await terrace.api(`${at}/codes`, { body: { people: [ids["ann"]] } });
  const pair = { inviter: { value: "ann" }, invitee: { value: "ben" } };
  await terrace.api(`${at}/bindings`, { body: { pairs: [pair], trusted: true } });
  await eventually(async () => expect((await terrace.api<{ items: object[] }>(`${at}/tree`)).items).toHaveLength(1));
}

async function fillHoldout(): Promise<void> {
  await terrace.api("/holdouts", { body: { key: "all", name: "对照组", scope: "everything" } });
  const people = [{ kind: "user_id", value: "ann" }];
  await terrace.api("/holdouts/ask", { body: { program: { kind: "message", key: "sms" }, people } });
  ids["holdout"] = "all";
}

async function fillJourney(): Promise<void> {
  const until = { kind: "duration", length: { amount: 1, unit: "day" } };
  const nodes = [
    { id: "pause", kind: "wait", until, outs: { next: "end" } },
    { id: "end", kind: "exit" },
  ];
  const definition = { entry: { kind: "api" }, start: "pause", nodes, holdout: 0, purpose: "marketing" };
  ids["journey"] = (await terrace.api<{ id: string }>("/journeys", { body: { name: "欢迎", definition } })).id;
  const at = `/journeys/${ids["journey"]}`;
  for (const move of ["submit", "approve", "start"]) await terrace.api(`${at}/${move}`, { body: {} });
  await terrace.api(`${at}/enrolments`, { body: { people: [{ kind: "user_id", value: "ann" }] } });
  const enrolled = await terrace.api<{ items: { id: string }[] }>(`${at}/enrolments`);
  ids["enrolment"] = enrolled.items[0]?.id ?? "";
}

/** A message to Ann about which the governor has decided: no consent if the shared number became hers, else it waits for one. And an address to which nothing is sent. */
async function fillMessage(): Promise<void> {
  await terrace.api("/channels/providers", { body: { name: "Sandbox", channel: "sms", settings: { kind: "sandbox" } } });
  const contents = { en: { channel: "sms", text: "Hello", signature: "", providerTemplate: null } };
  const template = {
    key: "hello",
    name: "Hello",
    channel: "sms",
    purpose: "marketing",
    transactional: false,
    defaultLanguage: "en",
    contents,
  };
  const { id } = await terrace.api<{ id: string }>("/templates", { body: template });
  await terrace.api(`/templates/${id}/publish`, { body: {} });
  const asked = { key: "one", person: { kind: "user_id", value: "ann" }, template: id };
  const { items } = await terrace.api<{ items: { id: string }[] }>("/messages", { body: { messages: [asked] } });
  ids["message"] = items[0]?.id ?? "";
  await eventually(async () => expect((await terrace.api<{ notes: object[] }>(`/messages/${ids["message"]}`)).notes).not.toEqual([]));
  await terrace.api("/suppressions", { body: { channel: "email", address: EMAIL, detail: "来信要求" } });
}

const days = (count: number): string => new Date(Date.now() + count * 86_400_000).toISOString();
const period = { last: 7, unit: "day" };

/** `ids` where a route is asked about others than the rest. */
type Question = {
  readonly ids?: Readonly<Record<string, string | undefined>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

/** What routes that name people need to be asked for. */
function questions(): Readonly<Record<string, Question>> {
  const pair = { people: [ids["ann"], ids["ben"]] };
  const reason = "核对用";
  return {
    findPerson: { query: { kind: "user_id", value: "ann" } },
    lookUpPerson: { query: { kind: "user_id", value: "ann", traits: "name,phone" } },
    listClassMoves: { query: { fromAt: days(-1), toAt: days(1), to: "yes" } },
    listReferralAncestors: { ids: { person: ids["ben"] } },
    getPersonReferrals: { ids: { person: ids["ben"] } },
    listCloseToPromotion: { ids: { layer: "often" } },
    previewMerge: { body: pair },
    decideConflict: { body: { decision: "keep_apart" } },
    estimateSegment: { body: { rule: POSTED } },
    listOverlapPeople: { body: { segments: [ids["segment"], ids["other"]], cell: { in: [ids["segment"], ids["other"]] } } },
    previewComputedTrait: { body: { definition: { kind: "count", of: { event: "Posted" } } } },
    applyForVerification: { ids: { person: ids["dan"] }, body: { kind: "expert", evidence: { phone: PHONE } } },
    submitVerification: { body: { kind: "expert", identity: { kind: "user_id", value: "fay" }, evidence: {} } },
    approveVerification: { body: { note: "" } },
    rejectVerification: { ids: { verification: ids["application of ben"] }, body: { reason } },
    withdrawVerification: { ids: { verification: ids["application of cleo"] }, body: {} },
    revokeVerification: { body: { reason } },
    giveReferralCodes: { body: { people: [ids["ben"]] } },
    askForReferralCode: { body: { person: { value: "cleo" } } },
    listGovernorDecisions: { query: { from: days(-1).slice(0, 10), to: days(2).slice(0, 10) } },
    findSuppression: { body: { channel: "email", address: EMAIL } },
    addSuppression: { body: { channel: "sms", address: PHONE, detail: reason } },
    listTrendPeople: {
      body: { period, interval: "day", series: [{ event: { event: "Posted" }, measure: { kind: "people" } }], cell: { series: 0 } },
    },
    listStickinessPeople: { body: { period, interval: "day", event: { event: "Posted" }, cell: { activeIntervals: 1 } } },
  };
}

/** Where a route is, with the ids of what was made here and its query. */
function wayOf(route: string): string {
  const asked = questions()[route];
  const contract = allRoutes.find(({ id }) => id === route);
  const path = (contract?.path ?? "").replaceAll(
    /:(\w+)/g,
    (all, name: string) => asked?.ids?.[name] ?? ids[name] ?? (name === "workspace" ? all : "1"),
  );
  const query = new URLSearchParams(asked?.query).toString();
  return query === "" ? path : `${path}?${query}`;
}

async function noted(): Promise<readonly Noted[]> {
  const entries: Noted[] = [];
  for (let cursor: string | undefined = ""; cursor !== undefined;) {
    const after: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page: { items: Noted[]; nextCursor?: string } = await terrace.api(`/audit?limit=200&action=person.view_clear&actor=seer${after}`);
    entries.push(...page.items);
    cursor = page.nextCursor;
  }
  return entries;
}

const showsPlanted = ({ text }: Answer): boolean => PLANTED.some((value) => text.includes(value));
/** Answers that say what people are called. */
const namesPeople = (contract: RouteContract): boolean =>
  !contract.path.includes("/event-definitions") &&
  JSON.stringify(z.toJSONSchema(contract.response, { io: "output", unrepresentable: "any" })).includes('"displayName"');
/** People behind a cell are named at one door for all analyses. */
const isBehindCell = ({ path }: RouteContract): boolean => /\/insight\/[^/]+\/people$/.test(path);

test("whatever shows a personal value in clear, by whichever route, stands in the audit log with its route and fields", async () => {
  const asked = questions();
  const inWorkspace = allRoutes.filter(({ access }) => access !== "public" && access !== "session");
  const showed = new Set<string>();
  for (const contract of inWorkspace.filter(({ method, id }) => method === "GET" || id in asked)) {
    const answer = await call(contract.method, wayOf(contract.id), asked[contract.id]?.body);
    if (showsPlanted(answer)) showed.add(contract.id);
  }
  const entries = await noted();
  const routes = new Set(entries.map(({ detail }) => detail.route));
  expect([...showed].filter((id) => !routes.has(id))).toEqual([]);
  // Nothing was left unasked: every route whose answers name people named one.
  const silent = inWorkspace.filter((contract) => namesPeople(contract) && !isBehindCell(contract) && !showed.has(contract.id));
  expect(silent.map(({ id }) => id)).toEqual([]);
  expect([...showed]).toEqual(expect.arrayContaining(["listTrendPeople", "listStickinessPeople"]));
  expect(entries.find(({ detail }) => detail.route === "getPerson")).toMatchObject({
    target: `person:${ids["ann"]}`,
    detail: { fields: expect.arrayContaining(["phone", "trait:email", "trait:name", "trait:phone"]) as unknown },
  });
}, 180_000);
