import { createHmac } from "node:crypto";
import type { JourneyDefinition, JourneyNode } from "@terrace/domain/journeys/journey-definition";
import { exitNode, journeyWith, messageNode } from "@terrace/domain/journeys/journey-fixture.suite";
import { startMailStandIn, type MailStandIn } from "@terrace/server/platform/mail/mail-stand-in";
import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { simpleParser } from "mailparser";
import { afterAll, beforeAll, expect, test } from "vitest";

let terrace: TestTerrace;
let mail: MailStandIn;
beforeAll(async () => {
  mail = await startMailStandIn();
  terrace = await startTerrace({ env: { TERRACE_OUTBOUND_ALLOW: `127.0.0.1:${mail.port}` } });
}, 120_000);
afterAll(async () => {
  expect(await terrace.stop()).toBe(0);
  await mail.stop();
});

type Kept = { readonly id: string; readonly to: string };
type Page<T> = { readonly items: readonly T[] };
type Told = { readonly name: string; readonly properties: Readonly<Record<string, unknown>> };

const come = (userId: string, traits: Readonly<Record<string, string>>, properties = {}) => [
  { type: "identify", userId, messageId: `i-${userId}`, traits },
  { type: "track", userId, messageId: `t-${userId}`, event: "Signed Up", properties },
];
const toldOf = async (name: string): Promise<readonly Told[]> => (await terrace.api<Page<Told>>(`/events?name=${name}`)).items;

async function template(key: string, purpose: string, contents: object): Promise<string> {
  const [channel] = Object.values(contents).map((one: { channel: string }) => one.channel);
  const { id } = await terrace.api<{ id: string }>("/templates", {
    body: { key, name: key, channel, purpose, transactional: true, defaultLanguage: "en", contents },
  });
  return id;
}

async function draw(name: string, definition: JourneyDefinition): Promise<string> {
  return (await terrace.api<{ id: string }>("/journeys", { body: { name, definition } })).id;
}

const move = (journey: string, what: string): Promise<unknown> => terrace.api(`/journeys/${journey}/${what}`, { body: {} });

async function goLive(journey: string): Promise<void> {
  for (const what of ["submit", "approve", "start"]) await move(journey, what);
}

async function pathsOf(journey: string): Promise<readonly string[]> {
  const { items } = await terrace.api<Page<{ id: string }>>(`/journeys/${journey}/enrolments`);
  const ways = items.map(async ({ id }) => {
    const path = await terrace.api<Page<{ node: string; out: string | null }>>(`/journeys/${journey}/enrolments/${id}/path`);
    return path.items.map(({ node, out }) => `${node}>${out ?? ""}`).join(" ");
  });
  return (await Promise.all(ways)).toSorted();
}

test("what somebody does brings them one message: by a journey, the governor, the template and the sandbox, and it is told on the spine", async () => {
  await terrace.api("/channels/providers", { body: { name: "Sandbox", channel: "sms", settings: { kind: "sandbox" } } });
  const text = "Welcome to {{ event.shop | default: 'us' }}";
  const sms = await template("hello", "service", { en: { channel: "sms", text, signature: "", providerTemplate: null } });
  const hello: JourneyNode = { ...messageNode("hello", "end"), channel: "sms", template: sms };
  const journey = await draw("Welcome", journeyWith([hello, exitNode()], { holdout: 0, purpose: "service" }));
  await expect(move(journey, "submit")).rejects.toThrow("journey.faulty");
  await terrace.api(`/templates/${sms}/publish`, { body: {} });
  await goLive(journey);
  const used = await terrace.api<{ usedBy: readonly unknown[] }>(`/templates/${sms}`);
  expect(used.usedBy).toEqual([{ kind: "journey", id: journey, name: "Welcome" }]);

  const sent = come("ada", { phone: "13800138000" }, { shop: "Terrace Tea" });
  await terrace.send(sent);
  // The same again is nothing new.
  await terrace.send(sent);
  await eventually(async () => {
    expect((await toldOf("message_sent")).map(({ properties }) => properties)).toMatchObject([
      { channel: "sms", template: sms, purpose: "service", source: "journey", source_id: journey, source_part: "hello" },
    ]);
  });
  expect(await pathsOf(journey)).toEqual(["hello>next end>"]);
  const { items } = await terrace.api<Page<Kept>>("/channels/sandbox");
  expect(items).toHaveLength(1);
  expect(items[0]?.to).not.toContain("13800138000");
  const kept = await terrace.api<{ message: unknown }>(`/channels/sandbox/${items[0]?.id}`);
  expect(kept.message).toMatchObject({ channel: "sms", text: "Welcome to Terrace Tea" });
  await move(journey, "archive");
}, 120_000);

const settings = (port: number) => ({
  kind: "smtp",
  host: "127.0.0.1",
  port,
  security: "none",
  from: "Terrace Tea <tea@shop.example>",
});

test("a letter goes out by SMTP, its receipt takes the person on, and who withdrew consent gets none and goes the way that says so", async () => {
  const { provider } = await terrace.api<{ provider: { receiptPath: string } }>("/channels/providers", {
    body: { name: "Mail", channel: "email", settings: settings(mail.port), secrets: { receiptSecret: "r".repeat(32) } },
  });
  const body =
    "<mjml><mj-body><mj-section><mj-column><mj-text>Hi {{ person.name | default: 'you' }}</mj-text></mj-column></mj-section></mj-body></mjml>";
  const letter = await template("letter", "marketing", {
    en: { channel: "email", subject: "Hello {{ person.name | default: 'you' }}", preheader: "", format: "mjml", body, replyTo: "" },
  });
  await terrace.api(`/templates/${letter}/publish`, { body: {} });
  const arm = (key: string, event: string) => ({ key, name: "", on: { event } });
  const answer: JourneyNode = {
    id: "answer",
    name: "",
    kind: "events",
    arms: [arm("arrived", "message_delivered"), arm("blocked", "message_blocked")],
    timeout: { amount: 1, unit: "day" },
    outs: { arrived: "end", blocked: "end", timeout: "end" },
  };
  const write: JourneyNode = { ...messageNode("write", "answer"), template: letter };
  const journey = await draw("Letters", journeyWith([write, answer, exitNode()], { holdout: 0, purpose: "marketing" }));
  await goLive(journey);

  const says = (value: string, state: string) => ({ kind: "user_id", value, purpose: "marketing", channel: "email", state });
  const people = { bea: { email: "bea@mail.example", name: "Bea" }, cy: { email: "cy@mail.example", name: "Cy" } };
  await terrace.send(Object.entries(people).map(([userId, traits]) => ({ type: "identify", userId, messageId: `c-${userId}`, traits })));
  await eventually(() => terrace.api("/consents", { body: { items: [says("bea", "given"), says("cy", "withdrawn")] } }));
  await terrace.send(Object.entries(people).flatMap(([userId, traits]) => come(userId, traits)));

  const sent = await eventually(async () => {
    const [own] = (await toldOf("message_sent")).filter(({ properties }) => properties["source_id"] === journey);
    if (own === undefined) throw new Error("nothing was sent yet");
    return own;
  });
  expect(mail.received).toHaveLength(1);
  const read = await simpleParser(mail.received[0]?.raw ?? "");
  expect([read.subject, read.text?.trim(), read.from?.text]).toEqual(["Hello Bea", "Hi Bea", '"Terrace Tea" <tea@shop.example>']);
  expect(mail.received[0]?.to).toEqual(["bea@mail.example"]);

  await eventually(async () => expect(await pathsOf(journey)).toContain("write>next answer>blocked end>"));
  expect((await toldOf("message_blocked")).map(({ properties }) => properties["reason"])).toEqual(["no_consent"]);

  const receipt = JSON.stringify({ reference: sent.properties["message"], what: "delivered" });
  const seconds = Math.floor(Date.now() / 1_000);
  const v1 = createHmac("sha256", "r".repeat(32)).update(`${seconds}.${receipt}`).digest("hex");
  const answered = await fetch(new URL(provider.receiptPath, terrace.url), {
    method: "POST",
    headers: { "content-type": "application/json", "x-terrace-signature": `t=${seconds},v1=${v1}` },
    body: receipt,
  });
  expect(answered.status).toBe(200);
  await eventually(async () =>
    expect(await pathsOf(journey)).toEqual(["write>next answer>arrived end>", "write>next answer>blocked end>"]),
  );
}, 120_000);
