import * as previewApi from "@terrace/contract/api/templates-preview";
import * as api from "@terrace/contract/api/templates";
import type { RouteContract } from "@terrace/contract/route";
import { fieldView, NO_FIELD_RULES } from "@terrace/domain/access/field-view";
import { READY_TEMPLATES } from "@terrace/domain/templates/ready/all";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { freshLiveWorld, type LiveWorld } from "@terrace/testkit/live-world";
import { eventOf, user } from "@terrace/testkit/people-model";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTemplates, type Templates } from "./module.ts";

const START_MS = Date.UTC(2026, 6, 16, 12);
const BYE = '<p><a href="{{ links.unsubscribe }}">Unsubscribe</a></p>';

let engines: TestEngines;
let world: LiveWorld;
let templates: Templates;
let audited: { action: string; target: string }[];
let workspaceId = 0;
beforeAll(async () => {
  engines = await startBothEngines();
}, 120_000);
afterAll(() => engines.stop());
beforeEach(async () => {
  ({ workspaceId, world } = await freshLiveWorld(engines, START_MS));
  audited = [];
  templates = createTemplates({
    db: engines.db,
    privacy: world.privacy,
    audit: (_tx, { action, target }) => {
      audited.push({ action, target });
      return Promise.resolve();
    },
    workspace: (id) => Promise.resolve({ workspaceId: id, name: "Tea House", timeZone: "Asia/Shanghai", currency: "CNY", label: "" }),
    people: world.people,
    usedBy: () => Promise.resolve([{ kind: "experiment", id: "7", name: "Uses it" }]),
    nowMs: () => world.nowMs,
  });
  await world.append([
    known("u0", "13812342046", { first_name: "Ann", language: "en" }),
    known("u1", "13900001111", { language: "zh_CN" }),
  ]);
  await world.drain();
});

const call = <C extends RouteContract>(of: C, input: CallInput<C> = {}) => callRoute(templates.routes, workspaceId, of, input);
/** Somebody with a phone number, which is personal, and other traits. */
const known = (name: string, phone: string, traits: Readonly<Record<string, string>>) => {
  const token = world.privacy.tokenise(workspaceId, "phone", phone);
  const set = Object.entries({ ...traits, phone: token }).map(([key, value]) => ({ op: "set" as const, key, value }));
  const secrets = { [token]: { class: "phone" as const, value: phone } };
  return eventOf({ workspaceId, messageId: `m-${name}`, timeMs: world.nowMs, ids: [user(name)], traits: set, secrets });
};
const originOf = (name: string): string => world.privacy.originId(workspaceId, "user_id", name);
const email = (body: string) => ({
  channel: "email" as const,
  subject: "Hi",
  preheader: "",
  format: "html" as const,
  body,
  replyTo: "" as const,
});
const sms = (text: string) => ({ channel: "sms" as const, text, signature: "", providerTemplate: null });
const make = (part: Partial<CallInput<typeof api.createTemplate>["body"]> = {}) =>
  call(api.createTemplate, {
    body: {
      key: "hello",
      name: "Hello",
      channel: "email",
      purpose: "marketing",
      defaultLanguage: "en",
      contents: { en: email(`<p>Hi {{ person.first_name }}</p>${BYE}`) },
      ...part,
    },
  });
const publish = (template: string, note = "") => call(api.publishTemplate, { params: { template }, body: { note } });
const render = (template: string, name: string, rest: object = {}) =>
  templates.render(workspaceId, {
    template,
    originId: originOf(name),
    event: {},
    links: { unsubscribe: "https://t.example.test/u", preferences: "https://t.example.test/p" },
    ...rest,
  });

test("a draft whose variable some people lack is refused until it says what stands for it; then its version is what people get", async () => {
  const made = await make();
  expect(made).toMatchObject({ edition: 1, publishedVersion: null, changedSince: true, languages: ["en"] });
  const { findings } = await call(api.checkTemplate, { params: { template: made.id }, body: {} });
  expect(findings.filter(({ severity }) => severity === "error")).toMatchObject([
    { code: "trait_missing", path: "body", details: { trait: "first_name", percent: 50 } },
  ]);
  await expect(publish(made.id)).rejects.toMatchObject({ code: "template.has_errors", fault: { details: { first: "trait_missing" } } });
  expect(await render(made.id, "u0")).toMatchObject({ ok: false, fault: { code: "template.not_published" } });

  const mended = email(`<p>Hi {{ person.first_name | default: "you" }} {{ person.phone }}</p>${BYE}`);
  await call(api.updateTemplate, { params: { template: made.id }, body: { contents: { en: mended }, basedOn: 1 } });
  await expect(call(api.updateTemplate, { params: { template: made.id }, body: { name: "x", basedOn: 1 } })).rejects.toMatchObject({
    code: "template.changed_since",
  });
  expect(await publish(made.id, "first")).toMatchObject({ publishedVersion: 1, changedSince: false });
  const told = await Promise.all(["u0", "u1"].map((name) => render(made.id, name)));
  expect(told.map((one) => one.ok && one.value.message.channel === "email" && one.value.message.text.split("\n")[0])).toEqual([
    "Hi Ann 13812342046",
    "Hi you 13900001111",
  ]);
  expect(told[0]).toMatchObject({ value: { version: 1, language: "en", message: { unsubscribeUrl: "https://t.example.test/u" } } });
  expect(await render(made.id, "nobody")).toMatchObject({ ok: false, fault: { code: "person.not_found" } });

  // What is drafted after that changes nothing that is sent, by any version.
  await call(api.updateTemplate, { params: { template: made.id }, body: { contents: { en: email(`<p>Second</p>${BYE}`) } } });
  expect(await call(api.getTemplate, { params: { template: made.id } })).toMatchObject({
    changedSince: true,
    usedBy: [{ name: "Uses it" }],
  });
  expect(await render(made.id, "u0")).toEqual(told[0]);
  await publish(made.id);
  expect(await render(made.id, "u0")).toMatchObject({ value: { version: 2, message: { text: expect.stringContaining("Second") } } });
  expect(await render(made.id, "u0", { version: 1 })).toEqual(told[0]);
  await call(api.updateTemplate, { params: { template: made.id }, body: { archived: true } });
  expect(await render(made.id, "u0")).toMatchObject({ ok: false, fault: { code: "template.not_published" } });
  await expect(call(api.deleteTemplate, { params: { template: made.id } })).rejects.toMatchObject({ code: "template.was_published" });
  expect((await call(api.listTemplates)).items).toEqual([]);
  expect((await call(api.listTemplates, { query: { state: "archived", search: "HELL" } })).items).toMatchObject([{ id: made.id }]);
  expect(audited.map(({ action }) => action)).toEqual(
    ["create", "update", "publish", "update", "publish", "archive"].map((verb) => `message_template.${verb}`),
  );
});

test("older versions are read, compared and put back into the draft", async () => {
  const { id } = await make({ key: "versions", contents: { en: email(`<p>One</p>${BYE}`) } });
  await publish(id, "one");
  await call(api.updateTemplate, { params: { template: id }, body: { contents: { en: email(`<p>Two</p>${BYE}`) }, tags: ["news"] } });
  await publish(id, "two");
  expect((await call(api.listTemplateVersions, { params: { template: id } })).items.map(({ version, note }) => [version, note])).toEqual([
    [2, "two"],
    [1, "one"],
  ]);
  const second = await call(api.getTemplateVersion, { params: { template: id, version: "2" } });
  expect(second.changes.map(({ path }) => path).toSorted()).toEqual(["body", "tags"]);
  expect(second.draftChanges).toEqual([]);
  await expect(call(api.getTemplateVersion, { params: { template: id, version: "3" } })).rejects.toMatchObject({
    code: "template.no_such_version",
  });
  const restored = await call(api.restoreTemplateVersion, { params: { template: id, version: "1" }, body: {} });
  expect(restored).toMatchObject({
    publishedVersion: 2,
    changedSince: true,
    tags: [],
    draft: { contents: { en: { body: `<p>One</p>${BYE}` } } },
  });
  expect(await publish(id)).toMatchObject({ publishedVersion: 3 });
});

test("a preview shows personal values as the role may see them, in clear only for a reason that is on record", async () => {
  const { id } = await make({
    key: "preview",
    channel: "sms",
    contents: { en: sms("{{ person.first_name }} {{ person.phone }} {{ event.total | money }}"), "zh-cn": sms("你好 {{ person.phone }}") },
  });
  const as = (person: string, body: object = {}, input: object = {}) =>
    call(previewApi.previewTemplateAs, {
      params: { template: id, person: originOf(person) },
      body: { event: { total: 1250 }, ...body },
      ...input,
    });
  const textOf = async (shown: ReturnType<typeof as>) => {
    const { message, fault } = await shown;
    return message?.channel === "sms" ? message.text : fault;
  };
  expect(await textOf(as("u0"))).toBe("Ann 138****2046 CN¥12.50");
  expect(await as("u1")).toMatchObject({ language: "zh-cn", message: { text: "你好 139****1111" } });
  expect(await textOf(as("u1", { language: "en" }))).toMatchObject({
    code: "template.variable_missing",
    details: { variable: "person.first_name" },
  });
  expect(audited.filter(({ action }) => action === "person.unmask")).toEqual([]);
  expect(await textOf(as("u0", { reason: "a complaint" }))).toBe("Ann 13812342046 CN¥12.50");
  expect(audited.at(-1)).toEqual({ action: "person.unmask", target: `person:${originOf("u0")}` });
  const analyst = { may: () => false, fields: fieldView(NO_FIELD_RULES, false) };
  await expect(as("u0", { reason: "curious" }, { as: analyst })).rejects.toMatchObject({ code: "role.not_allowed" });
  await expect(as("nobody")).rejects.toMatchObject({ code: "person.not_found" });
  const made = await call(previewApi.previewTemplate, {
    params: { template: id },
    body: { language: "en", content: sms("Dear {{ person.name }} <3"), person: { name: "Bo" } },
  });
  expect(made).toEqual({ language: "en", message: { channel: "sms", text: "Dear Bo <3" }, fault: null });
  expect(
    await call(previewApi.previewTemplate, { params: { template: id }, body: { language: "en", content: sms("{% if %}") } }),
  ).toMatchObject({ fault: { code: "template.unreadable" } });
  const { people, traits } = await call(previewApi.listTemplateVariables);
  expect([people, traits.slice(0, 3)]).toEqual([
    2,
    [
      { key: "language", people: 2 },
      { key: "phone", people: 2 },
      { key: "first_name", people: 1 },
    ],
  ]);
});

test("shared parts are those of the publishing, by language, and stay while something names them", async () => {
  const footer = await call(previewApi.createSnippet, {
    body: { key: "footer", name: "Footer", texts: { en: `{{ business.name }} ${BYE}`, "zh-cn": `商家 ${BYE}` } },
  });
  const contents = {
    en: email('<p>Hi</p>{% render "footer" %}'),
    "zh-cn": email('<p>你好</p>{% render "footer" %}'),
    fr: email('<p>Allo</p>{% render "footer" %}'),
  };
  const { id } = await make({ key: "shared", contents });
  await publish(id);
  await call(previewApi.setMessageBusiness, { body: { name: "Tea & Co", address: "1 Lane", website: "https://tea.example.test" } });
  await call(previewApi.updateSnippet, { params: { snippet: footer.id }, body: { texts: { en: "New" } } });
  expect(await render(id, "u0")).toMatchObject({ value: { language: "en", message: { html: expect.stringContaining("Tea &amp; Co") } } });
  expect(await render(id, "u1")).toMatchObject({ value: { language: "zh-cn", message: { html: expect.stringContaining("商家") } } });
  expect(await render(id, "u0", { language: "fr-ca" })).toMatchObject({
    value: { language: "fr", message: { html: expect.stringContaining("Tea &amp; Co") } },
  });
  expect((await call(previewApi.listSnippets)).items).toMatchObject([{ key: "footer", usedBy: [{ id }] }]);
  await expect(call(previewApi.deleteSnippet, { params: { snippet: footer.id } })).rejects.toMatchObject({
    code: "template.snippet_in_use",
  });
  // Without the link to unsubscribe it is not published any more.
  await expect(publish(id)).rejects.toMatchObject({ code: "template.has_errors", fault: { details: { first: "no_unsubscribe" } } });
  await call(api.updateTemplate, { params: { template: id }, body: { contents: { en: email(BYE) } } });
  await call(previewApi.deleteSnippet, { params: { snippet: footer.id } });
});

test("what journeys and broadcasts send is published anew by who may approve; a first version, which nothing sends yet, by who drafts", async () => {
  const { id } = await make({ contents: { en: email(`<p>Hi</p>${BYE}`) } });
  const publishAs = (...lacks: readonly string[]) =>
    call(api.publishTemplate, { params: { template: id }, body: {}, as: { may: (permission) => !lacks.includes(permission) } });
  await publishAs("touch:approve");
  await call(api.updateTemplate, { params: { template: id }, body: { contents: { en: email(`<p>Hello</p>${BYE}`) } } });
  await expect(publishAs("touch:approve")).rejects.toMatchObject({
    code: "template.in_use_needs_right",
    fault: { field: "template", details: { usedBy: "Uses it", uses: 1 } },
  });
  expect((await call(api.getTemplate, { params: { template: id } })).publishedVersion).toBe(1);
  expect((await publishAs()).publishedVersion).toBe(2);
});

test("what a machine is told of people is published by who may see it; templates of other workspaces are not there", async () => {
  const hook = {
    channel: "webhook" as const,
    method: "POST" as const,
    url: "https://hook.example.test/in",
    headers: [],
    body: { phone: "{{ person.phone }}", total: "{{ event.total }}", items: "{{ event.items }}" },
  };
  const { id } = await make({ key: "hook", channel: "webhook", contents: { en: hook } });
  await expect(
    call(api.publishTemplate, { params: { template: id }, body: {}, as: { may: (permission) => permission !== "people:unmask" } }),
  ).rejects.toMatchObject({ code: "template.personal_needs_right" });
  // What events and callers told is opened for the message as well.
  for (const [index, variable] of ["event.phone", "event.items[0].name", "journey.note"].entries()) {
    const other = await make({
      key: `hook-${index}`,
      channel: "webhook",
      contents: { en: { ...hook, body: { told: `{{ ${variable} | default: "" }}` } } },
    });
    await expect(
      call(api.publishTemplate, { params: { template: other.id }, body: {}, as: { may: (permission) => permission !== "people:unmask" } }),
    ).rejects.toMatchObject({ code: "template.personal_needs_right" });
  }
  await publish(id);
  const event = { total: 1250, items: [{ id: "a" }] };
  expect(await render(id, "u0", { event })).toMatchObject({
    value: { message: { body: { phone: "13812342046", total: 1250, items: [{ id: "a" }] } } },
  });
  expect(await templates.render(workspaceId + 1, { template: id, originId: originOf("u0"), event, links: {} })).toMatchObject({
    fault: { code: "template.not_published" },
  });
  await expect(
    callRoute(templates.routes, workspaceId + 1, api.getTemplate, { params: { template: id }, as: { workspaceId: workspaceId + 1 } }),
  ).rejects.toMatchObject({ code: "template.not_found" });
  await expect(make({ key: "hook" })).rejects.toMatchObject({ code: "template.key_taken" });
  await expect(make({ key: "other", channel: "sms" })).rejects.toMatchObject({ code: "template.channel_differs" });
  expect(await templates.tell(engines.db, workspaceId, [id, "9999999"])).toEqual(
    new Map([
      [
        id,
        {
          id,
          key: "hook",
          name: "Hello",
          channel: "webhook",
          purpose: "marketing",
          tags: [],
          transactional: false,
          publishedVersion: 1,
          archived: false,
        },
      ],
    ]),
  );
});

test("ready templates are made and published at once, and their messages reach people who told nothing", async () => {
  const { items } = await call(previewApi.listReadyTemplates);
  expect(items.length).toBe(READY_TEMPLATES.length);
  for (const { key } of items) {
    const { id, version } = await call(previewApi.takeReadyTemplate, { params: { ready: key }, body: {} });
    expect(version).toBe(1);
    expect(await render(id, "u1")).toMatchObject({ ok: true, value: { language: "zh-cn" } });
  }
  expect((await call(previewApi.listReadyTemplates)).items.every(({ taken }) => taken !== null)).toBe(true);
  await expect(call(previewApi.takeReadyTemplate, { params: { ready: items[0]?.key ?? "" }, body: {} })).rejects.toMatchObject({
    code: "template.key_taken",
  });
  let [cursor, seen]: [string | undefined, string[]] = [undefined, []];
  do {
    const page: Awaited<ReturnType<typeof list>> = await list(cursor);
    seen = [...seen, ...page.items.map(({ id }) => id)];
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  expect(new Set(seen).size).toBe(READY_TEMPLATES.length);
});
const list = (cursor: string | undefined) => call(api.listTemplates, { query: { limit: 4, ...(cursor === undefined ? {} : { cursor }) } });
