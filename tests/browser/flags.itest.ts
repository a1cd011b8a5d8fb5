import { bucketOf } from "@terrace/domain/assignment/bucket";
import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { createServer } from "node:http";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildSdk } from "../../scripts/bootstrap.mjs";
import { arrivedOne, identitiesOf, person } from "../sdk/arrivals.ts";
import { launchBrowser } from "./browser.ts";
import { expectNoOverflow, PHONE, signedIn, signedInAsOther } from "./console-page.ts";

let terrace: TestTerrace;
let browser: Browser;
beforeAll(async () => {
  expect(buildSdk(process.execPath)).toBe(true);
  [terrace, browser] = await Promise.all([startTerrace(), launchBrowser()]);
});
afterAll(async () => {
  await browser.close();
  expect(await terrace.stop()).toBe(0);
});

/** What a context gets of a flag, by the protocol of clients. */
async function evaluated(flag: string, context: object): Promise<unknown> {
  const answer = await fetch(new URL(`/ofrep/v1/evaluate/flags/${flag}`, terrace.url), {
    method: "POST",
    headers: { authorization: `Bearer ${terrace.writeKey}`, "content-type": "application/json" },
    body: JSON.stringify({ context }),
  });
  return answer.json();
}

/** What somebody with a plan gets. */
const given = (plan: string) => evaluated("checkout", { targetingKey: "someone", plan });

test("a flag is made, given a rule, evaluated by a client, tried, made what it was, and killed", async () => {
  const { page, word, go, complaints, context } = await signedIn(browser, terrace);
  await go("experiments/flags");
  await page.getByText(word("flags.empty")).waitFor();
  await page.getByRole("button", { name: word("flags.new") }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel(word("flags.name"), { exact: true }).fill("新结算页");
  await form.getByLabel(word("flags.key"), { exact: true }).fill("checkout");
  await form.getByRole("button", { name: word("flags.make") }).click();
  await page.getByRole("heading", { name: "新结算页" }).waitFor();

  const production = page
    .locator("section.panel")
    .filter({ has: page.getByRole("switch") })
    .first();
  await production.getByRole("switch").click();
  await production.getByRole("button", { name: word("flags.addRule") }).click();
  await page.getByRole("menuitem", { name: word("flags.rule.force") }).click();
  const drawer = page.getByRole("dialog", { name: /rule-1/ });
  await drawer.getByRole("button", { name: word("flags.addLine") }).click();
  const done = drawer.getByRole("button", { name: word("flags.done") });
  expect(await done.isDisabled()).toBe(true);
  await drawer.getByText(word("flags.problem.gap")).waitFor();
  // What was written is not dropped unasked.
  await page.keyboard.press("Escape");
  const asks = page.getByRole("dialog", { name: word("common.unsavedTitle") });
  await asks.getByRole("button", { name: word("common.unsavedStay") }).click();
  await asks.waitFor({ state: "detached" });
  await drawer.getByLabel(word("flags.attribute", { n: 1 }), { exact: true }).fill("plan");
  await drawer.getByLabel(word("flags.operand", { n: 1 }), { exact: true }).fill("pro");
  await done.click();
  await production.getByText("rule-1").waitFor();
  await page.getByRole("button", { name: word("common.save") }).click();
  await page.getByText(word("flags.version", { version: 2 })).waitFor();
  await expect.poll(() => given("pro"), { timeout: 30_000 }).toMatchObject({ value: true, reason: "TARGETING_MATCH" });
  expect(await given("free")).toMatchObject({ value: false });

  await go("experiments/flags/checkout?tab=try");
  await page.getByRole("button", { name: word("flags.addLine") }).click();
  await page.getByLabel(word("flags.attribute", { n: 1 }), { exact: true }).fill("plan");
  await page.getByLabel(word("flags.operand", { n: 1 }), { exact: true }).fill("pro");
  await page.getByRole("button", { name: word("flags.tryDo") }).click();
  await page.getByRole("cell", { name: word("flags.triedReason.TARGETING_MATCH") }).waitFor();

  await go("experiments/flags/checkout?tab=history");
  await page.getByRole("button", { name: word("flags.version", { version: 1 }), exact: true }).click();
  await page
    .getByRole("dialog", { name: word("flags.version", { version: 1 }) })
    .getByRole("button", { name: word("flags.restore") })
    .click();
  await page
    .getByRole("dialog", { name: word("flags.restoreTitle", { version: 1 }) })
    .getByRole("button", { name: word("flags.restore") })
    .click();
  await page.getByRole("button", { name: word("flags.version", { version: 3 }), exact: true }).waitFor();
  await page.getByRole("cell", { name: word("flags.restoreNote", { version: 1 }) }).waitFor();
  // Where it was not switched on yet.
  await expect.poll(() => given("pro"), { timeout: 30_000 }).toMatchObject({ value: false, reason: "DISABLED" });

  await page.getByRole("button", { name: word("flags.kill"), exact: true }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: word("flags.kill"), exact: true })
    .click();
  await page.getByText(word("flags.killedNote", { value: "false" })).waitFor();
  await expect.poll(() => given("pro"), { timeout: 30_000 }).toMatchObject({ value: false, reason: "DISABLED" });
  await page.setViewportSize(PHONE);
  await expectNoOverflow(page, "a flag on a phone");
  expect(complaints()).toEqual([]);
  await context.close();
});

test("where changes are reviewed, a change shows what was and would be, and an experiment that is started waits, too", async () => {
  const arms = ["control", "new"].map((key) => ({ key, value: key === "new", weight: 5_000 }));
  const rule = { id: "ab", kind: "experiment", experiment: "banner", coverage: 10_000, arms, sticky: false };
  const definition = { type: "boolean", defaultValue: false, offValue: false };
  const flag = (rules: readonly object[]) => ({ ...definition, environments: { production: { on: true, rules } } });
  await terrace.api("/flags", { body: { key: "banner", name: "横幅", definition: flag([rule]) } });
  const metrics = [{ of: { metric: "buyers" }, role: "primary" }];
  const variants = arms.map(({ key }) => ({ key, name: key, weight: 1 }));
  const made = await terrace.api<{ id: string }>("/experiments", {
    body: { key: "banner", name: "横幅", definition: { variants, metrics } },
  });
  await terrace.api("/flag-environments/production", { method: "PUT", body: { name: "生产", review: true } });

  const { page, word, go, complaints, context } = await signedIn(browser, terrace);
  await go("experiments/flags/banner");
  await page.getByRole("button", { name: word("flags.editRule", { id: "ab" }) }).click();
  const edited = page.getByRole("dialog", { name: /ab$/ });
  await edited.getByRole("spinbutton", { name: word("flags.coverage"), exact: true }).fill("50");
  await edited.getByRole("button", { name: word("flags.done") }).click();
  await page.getByRole("button", { name: word("common.save") }).click();
  await page.getByText(word("flags.openChange"), { exact: true }).waitFor();
  await go("experiments/flags?tab=changes");
  await page.getByRole("button", { name: /banner/ }).click();
  const drawer = page.getByRole("dialog", { name: /banner/ });
  await drawer.getByRole("row", { name: `${word("flags.coverage")} 100.0% 50.0%` }).waitFor();
  await drawer.getByRole("button", { name: word("flags.withdraw") }).click();
  await drawer.getByText(word("flags.change.withdrawn")).waitFor();

  await go(`experiments/${made.id}`);
  await page.getByText(word("experiments.draftHolds", { flags: "banner" })).waitFor();
  await page.getByRole("button", { name: word("experiments.start"), exact: true }).click();
  const asks = page.getByRole("dialog", { name: word("experiments.startTitle", { name: "横幅" }) });
  await asks.getByText(word("experiments.waits", { environments: "生产" })).waitFor();
  await asks.getByRole("textbox", { name: word("flags.note") }).fill("周一开始");
  await asks.getByRole("button", { name: word("experiments.ask") }).click();
  await page.getByRole("button", { name: word("flags.openChangeLook") }).click();
  const move = page.getByRole("dialog", { name: word("flags.moveOf", { key: "banner", move: word("flags.move.start"), id: 2 }) });
  await move.getByText("周一开始").waitFor();
  const [draft, running] = [word("experiments.state.draft"), word("experiments.state.running")];
  await move.getByRole("row", { name: `${word("experiments.state")} ${draft} ${running}` }).waitFor();
  await expectNoOverflow(page, "a change of an experiment");
  await move.getByRole("button", { name: word("flags.withdraw") }).click();
  await move.waitFor({ state: "detached" });

  // Without a review it starts at once; a pause says who loses their variant.
  await terrace.api("/flag-environments/production", { method: "PUT", body: { name: "生产", review: false } });
  await page.reload();
  await page.getByRole("button", { name: word("experiments.start"), exact: true }).click();
  await asks.getByRole("button", { name: word("experiments.start"), exact: true }).click();
  await page.getByRole("button", { name: word("experiments.pause"), exact: true }).click();
  const pause = page.getByRole("dialog", { name: word("experiments.pauseTitle", { name: "横幅" }) });
  await pause.getByText(word("experiments.pauseForgets", { flags: "banner" })).waitFor();
  await pause.getByRole("button", { name: word("experiments.pause"), exact: true }).click();
  await page.getByRole("button", { name: word("experiments.resume"), exact: true }).waitFor();
  expect(complaints()).toEqual([]);
  await context.close();
});

test("a rule takes the arms of an experiment, grows by a step and gives testers an arm within its share of a namespace, and somebody else lets it and its experiment begin", async () => {
  const arms = ["control", "new"].map((key) => ({ key, value: key === "new", weight: 5_000 }));
  const others = arms.map((arm, at) => ({ ...arm, weight: at === 0 ? 9_000 : 1_000 }));
  const rule = { id: "ab", kind: "experiment", experiment: "last-year", coverage: 2_500, arms: others };
  const definition = { type: "boolean", defaultValue: false, offValue: false, environments: { production: { on: true, rules: [rule] } } };
  await terrace.api("/flags", { body: { key: "price", name: "价格", definition } });
  const variants = arms.map(({ key }) => ({ key, name: key, weight: 1 }));
  const made = await terrace.api<{ id: string }>("/experiments", {
    body: { key: "fare", name: "票价", definition: { variants, metrics: [{ of: { metric: "buyers" }, role: "primary" }] } },
  });
  const production = async () => {
    const flag = await terrace.api<{ definition: { environments: Readonly<Record<string, { rules: readonly object[] }>> } }>(
      "/flags/price",
    );
    return flag.definition.environments["production"]?.rules[0];
  };

  const { page, word, go, complaints, context } = await signedIn(browser, terrace);
  await go(`experiments/${made.id}`);
  await page.getByRole("button", { name: word("experiments.makeRule") }).click();
  const where = page.getByRole("dialog", { name: word("experiments.makeRuleTitle") });
  await where.getByRole("combobox", { name: word("experiments.makeRuleFlag") }).fill("价");
  await page.locator(".ant-select-item-option").filter({ hasText: "价格" }).click();
  await where.getByRole("button", { name: word("experiments.makeRuleGo") }).click();
  const begun = page.getByRole("dialog", { name: /rule-2$/ });
  await begun.getByRole("combobox", { name: word("flags.experimentKey") }).waitFor();
  expect(await begun.getByRole("combobox", { name: word("flags.experimentKey") }).inputValue()).toBe("fare");
  const size = page.viewportSize() ?? PHONE;
  await page.setViewportSize(PHONE);
  const weight = word("flags.armWeight", { n: 2 });
  expect(await begun.getByRole("spinbutton", { name: weight, exact: true }).inputValue()).toBe("50.00");
  await begun.getByText(weight, { exact: true }).waitFor();
  await expectNoOverflow(page, "the form of a rule on a phone");
  await page.setViewportSize(size);
  await page.keyboard.press("Escape");
  await begun.waitFor({ state: "detached" });

  await go("experiments/flags/price");
  const edit = page.getByRole("button", { name: word("flags.editRule", { id: "ab" }) });
  const drawer = page.getByRole("dialog", { name: /ab$/ });
  const testersOnly = drawer.getByRole("switch", { name: word("flags.qaOnlyLabel"), exact: true });
  const done = drawer.getByRole("button", { name: word("flags.done") });
  const save = page.getByRole("button", { name: word("common.save") });
  await edit.click();
  await drawer.getByRole("combobox", { name: word("flags.experimentKey") }).fill("票");
  await page.locator(".ant-select-item-option").filter({ hasText: "票价" }).click();
  await drawer.getByRole("button", { name: word("flags.addStep") }).click();
  const named = drawer.getByRole("combobox", { name: word("flags.namedOf", { arm: "new" }) });
  await named.fill("tester-1");
  await named.press("Enter");
  await testersOnly.click();
  await drawer.getByRole("textbox", { name: word("flags.namespace"), exact: true }).fill("prices");
  await drawer.getByRole("spinbutton", { name: word("flags.rangeTo"), exact: true }).fill("40");
  await done.click();
  await save.click();
  await page.getByText(word("flags.version", { version: 2 })).waitFor();
  expect(await production()).toMatchObject({
    experiment: "fare",
    arms,
    coverage: 2_500,
    ramp: [{ coverage: 5_000 }],
    qaOnly: true,
    named: [{ arm: "new", ids: ["tester-1"] }],
    namespace: { key: "prices", range: { from: 0, to: 4_000 } },
  });
  await expect.poll(() => evaluated("price", { targetingKey: "tester-1" }), { timeout: 30_000 }).toMatchObject({ value: true });
  expect(await evaluated("price", { targetingKey: "passenger" })).toMatchObject({ value: false });

  await terrace.api("/flag-environments/production", { method: "PUT", body: { name: "生产", review: true } });
  await page.reload();
  await edit.click();
  await testersOnly.click();
  await done.click();
  await save.click();
  await page.getByText(word("flags.openChange"), { exact: true }).waitFor();
  expect(await production()).toMatchObject({ qaOnly: true });

  const other = await signedInAsOther(browser, terrace, { email: "lan@example.test" });
  const approve = async (title: RegExp) => {
    await other.go("experiments/flags?tab=changes");
    await other.page.getByRole("button", { name: title }).click();
    const change = other.page.getByRole("dialog", { name: title });
    await change.getByRole("button", { name: word("flags.approve"), exact: true }).click();
    const asks = other.page.getByRole("dialog", { name: word("flags.approve"), exact: true });
    await asks.getByRole("textbox", { name: word("flags.reason") }).fill("可以");
    await asks.getByRole("button", { name: word("flags.approve"), exact: true }).click();
    await change.getByText(word("flags.change.approved"), { exact: true }).waitFor();
  };
  await approve(/price/);
  expect(await production()).toMatchObject({ qaOnly: false });

  await go(`experiments/${made.id}`);
  await page.getByRole("button", { name: word("experiments.start"), exact: true }).click();
  await page
    .getByRole("dialog", { name: word("experiments.startTitle", { name: "票价" }) })
    .getByRole("button", { name: word("experiments.ask") })
    .click();
  await page.getByRole("button", { name: word("flags.openChangeLook") }).waitFor();
  await approve(/fare/);
  await page.reload();
  await page.getByRole("button", { name: word("experiments.pause"), exact: true }).waitFor();
  expect([complaints(), other.complaints()]).toEqual([[], []]);
  await other.context.close();
  await context.close();
  await terrace.api("/flag-environments/production", { method: "PUT", body: { name: "生产", review: false } });
});

/** A page of somebody else's: the client of events as a script, the client of flags as a module, both from Terrace. Only the stream can tell it of a change. */
const SHOP = (host: string, writeKey: string): string => `<!doctype html><title>Shop</title><output></output>
<script src="${host}/sdk/terrace.js" data-key="${writeKey}"></script>
<script type="module">
  import { createFlags } from "${host}/sdk/flags.js";
  const flags = createFlags({
    host: "${host}",
    writeKey: "${writeKey}",
    pollMs: 3_600_000,
    onExposure: (exposure) => terrace.track("$exposure", exposure),
  });
  const show = () => {
    const anonymousId = terrace.anonymousId();
    const id = localStorage.getItem("member") ?? anonymousId;
    document.querySelector("output").textContent = flags.value("home", "none", { id, anonymousId, shop: { city: "杭州" } });
  };
  await flags.ready();
  flags.onChange(show);
  show();
</script>`;

async function openShop(): Promise<{ readonly url: string; readonly close: () => void }> {
  const server = createServer((request, response) => {
    if (request.url !== "/") return void response.writeHead(204).end();
    response.setHeader("content-type", "text/html; charset=utf-8").end(SHOP(terrace.url, terrace.writeKey));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the shop's page has no port");
  return { url: `http://127.0.0.1:${address.port}/`, close: () => void server.close() };
}

const shown = (page: Page, value: RegExp) => page.locator("output").getByText(value).waitFor();

/** Each way to read flags as a page on another origin asks, with headers that a browser asks about first. */
const READ_ACROSS = (host: string, writeKey: string): string => `(async () => {
  const features = await fetch("${host}/api/features/${writeKey}");
  const tag = features.headers.get("etag");
  const again = await fetch("${host}/api/features/${writeKey}", { cache: "no-store", headers: { "if-none-match": tag } });
  const body = JSON.stringify({ context: { targetingKey: "across" } });
  const json = { "content-type": "application/json" };
  const ofrep = await fetch("${host}/ofrep/v1/evaluate/flags/home", { method: "POST", headers: { ...json, authorization: "Bearer ${writeKey}" }, body });
  const all = await fetch("${host}/ofrep/v1/evaluate/flags", { method: "POST", headers: { ...json, "x-api-key": "${writeKey}" }, body });
  const remote = await fetch("${host}/api/eval/${writeKey}", { method: "POST", headers: json, body: '{"attributes":{"id":"across"}}' });
  const refused = await fetch("${host}/api/features/nobody");
  const stream = await fetch("${host}/sub/${writeKey}", { headers: { "last-event-id": "of another time" } });
  const first = new TextDecoder().decode((await stream.body.getReader().read()).value);
  const opened = await new Promise((resolve) => {
    const source = new EventSource("${host}/sub/${writeKey}");
    source.onopen = () => (source.close(), resolve(true));
    source.onerror = () => (source.close(), resolve(false));
  });
  const withCookies = await fetch("${host}/api/features/${writeKey}", { credentials: "include" }).then(() => "read", () => "kept from the page");
  const statuses = [features, again, ofrep, all, remote, refused, stream].map(({ status }) => status);
  return { statuses, sse: features.headers.get("x-sse-support"), allTag: all.headers.get("etag") !== null, told: first.includes("features-updated"), opened, withCookies };
})()`;

test("a page on another origin loads the client, evaluates by itself, hears of a kill by the stream, and tells which arm it gave", async () => {
  const arms = ["short", "long"].map((key) => ({ key, value: key, weight: 5_000 }));
  const rule = { id: "ab", kind: "experiment", experiment: "home", coverage: 10_000, arms, condition: { "shop.city": "杭州" } };
  const environments = { production: { on: true, rules: [rule] } };
  await terrace.api("/flags", {
    body: { key: "home", name: "home", definition: { type: "string", defaultValue: "none", offValue: "off", environments } },
  });
  const shop = await openShop();
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const complaints: string[] = [];
  page.on("console", (message) => void (message.type() === "error" && complaints.push(message.text())));
  page.on("pageerror", (error) => complaints.push(String(error)));
  const evaluated: string[] = [];
  page.on("request", (request) => void (/\/(?:eval|evaluate)\//.test(request.url()) && evaluated.push(request.url())));

  await page.goto(shop.url);
  await shown(page, /^(?:short|long)$/);
  const arm = await page.locator("output").textContent();
  const id = await page.evaluate<string>("terrace.anonymousId()");
  expect(arm).toBe(bucketOf("home", id) < 5_000 ? "short" : "long");
  await page.evaluate("terrace.flush()");
  const exposure = await arrivedOne(terrace, "$exposure");
  expect(exposure.properties).toEqual({ experiment: "home", variant: arm, flag: "home", unit: "person", hash_version: 2, version: 0 });

  // Who signs in is asked for by another id, of which the hash says the other arm, and keeps the arm.
  const member =
    Array.from({ length: 100 }, (_, at) => `mei-${at}`).find((name) => (bucketOf("home", name) < 5_000 ? "short" : "long") !== arm) ?? "";
  await page.evaluate(`localStorage.setItem("member", "${member}"); terrace.identify("${member}"); terrace.flush()`);
  const known = await person(terrace, "user_id", member);
  expect(identitiesOf(known).some((identity) => identity.startsWith("anonymous_id:"))).toBe(true);
  await page.reload();
  await shown(page, new RegExp(`^${arm ?? ""}$`));
  await terrace.api("/flags/home/kill", { body: {} });
  await shown(page, /^off$/);
  await terrace.api("/flags/home/revive", { body: {} });
  await shown(page, new RegExp(`^${arm ?? ""}$`));
  expect([complaints, evaluated]).toEqual([[], []]);

  expect(await page.evaluate(READ_ACROSS(terrace.url, terrace.writeKey))).toEqual({
    statuses: [200, 304, 200, 200, 200, 401, 200],
    sse: "enabled",
    allTag: true,
    told: true,
    opened: true,
    withCookies: "kept from the page",
  });
  await context.close();
  shop.close();
});
