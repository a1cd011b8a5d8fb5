import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { createTerrace as createMiniProgram, MiniProgramTerrace } from "../../packages/sdk/src/mini-program/mini-program.ts";
import type { PageDefinition, ShownPage } from "../../packages/sdk/src/mini-program/wx.ts";
import { createTerrace } from "../../packages/sdk/src/node/node.ts";
import { buildSdk } from "../../scripts/bootstrap.mjs";
import { ROOT } from "../style/source-files.ts";
import { arrived, arrivedOne, identitiesOf, person, traitsOf } from "./arrivals.ts";
import { asMiniProgram, weChat } from "./we-chat.ts";

const DIST = join(ROOT, "packages/sdk/dist");
let terrace: TestTerrace;
let folder = "";
beforeAll(async () => {
  expect(buildSdk(process.execPath)).toBe(true);
  folder = mkdtempSync(join(tmpdir(), "terrace-sdk-"));
  terrace = await startTerrace();
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  expect(await terrace.stop()).toBe(0);
});

describe("the Node client", () => {
  test("delivers every kind of call, about many people", async () => {
    const client = createTerrace({ host: terrace.url, writeKey: terrace.writeKey });
    client.identify({ userId: "node-1", anonymousId: "node-anon-1", traits: { city: "杭州", orders: 3 } });
    client.track({ userId: "node-1", event: "Order Completed", properties: { total: 336.5, currency: "CNY" } });
    client.page({ anonymousId: "node-anon-1", name: "Pricing", properties: { path: "/pricing" } });
    client.group({ userId: "node-1", groupId: "store-7" });
    client.track({ anonymousId: "node-anon-2", event: "Looked Around" });
    client.alias({ userId: "node-2", previousId: "node-anon-2" });
    expect(await client.close()).toBe(0);
    const order = await arrivedOne(terrace, "Order Completed");
    expect(order).toMatchObject({ properties: { total: 336.5 }, context: { library: "terrace-node 0.1.0" } });
    const found = await person(terrace, "user_id", "node-1", (candidate) =>
      expect(traitsOf(candidate)).toMatchObject({ city: "杭州", orders: 3 }),
    );
    expect(identitiesOf(found)).toEqual(expect.arrayContaining(["user_id:node-1", "anonymous_id:node-anon-1"]));
    expect(found.id).toBe(order.personId);
    await person(terrace, "user_id", "node-2", (candidate) => expect(identitiesOf(candidate)).toContain("anonymous_id:node-anon-2"));
  });

  test("keeps what could not be sent in its folder, over a restart of the process, and sends it once", async () => {
    const away = createTerrace({ host: "http://127.0.0.1:9", writeKey: terrace.writeKey, folder });
    away.track({ userId: "node-3", event: "Kept Over Restart", properties: { n: 1 } });
    expect(await away.close(500)).toBe(1);
    expect(readdirSync(folder)).toHaveLength(1);
    const back = createTerrace({ host: terrace.url, writeKey: terrace.writeKey, folder });
    expect(back.waiting()).toBe(1);
    expect(await back.close()).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
    expect(await arrivedOne(terrace, "Kept Over Restart")).toMatchObject({ properties: { n: 1 } });
  });

  test("repeats after an answer that was lost on the way; the event counts once", async () => {
    // Stands in front of Terrace, passes the first request on and loses its answer.
    let requests = 0;
    const lossy = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        requests += 1;
        void fetch(`${terrace.url}${request.url ?? ""}`, { method: "POST", body: Buffer.concat(chunks) }).then((answer) =>
          requests === 1 ? request.socket.destroy() : response.writeHead(answer.status).end(),
        );
      });
    });
    await new Promise<void>((resolve) => {
      lossy.listen(0, "127.0.0.1", resolve);
    });
    const address = lossy.address();
    const port = typeof address === "object" ? address?.port : 0;
    const client = createTerrace({ host: `http://127.0.0.1:${port ?? 0}`, writeKey: terrace.writeKey, flushAfterMs: 10 });
    client.track({ userId: "node-4", event: "Counted Once" });
    await eventually(() => Promise.resolve(expect([requests, client.waiting()]).toEqual([2, 0])));
    client.track({ userId: "node-4", event: "After Counted Once" });
    await client.close();
    lossy.close();
    await arrivedOne(terrace, "After Counted Once");
    await arrived(terrace, { name: "Counted Once" }, 1);
  });
});

/** The built file, as a mini-program would require it. */
function loadMiniProgram(): typeof createMiniProgram {
  const built = asMiniProgram(readFileSync(join(DIST, "mini-program/terrace.js"), "utf8"));
  return (built as { createTerrace: typeof createMiniProgram }).createTerrace;
}

describe("the mini-program client", () => {
  test("follows the life of the mini-program and its pages, keeps events while offline, and sends them once", async () => {
    const storage = new Map<string, unknown>();
    const pages: ShownPage[] = [{ route: "pages/index/index" }];
    const open = (world: ReturnType<typeof weChat>): MiniProgramTerrace =>
      loadMiniProgram()({ host: terrace.url, writeKey: terrace.writeKey, wx: world.wx, getCurrentPages: () => pages, flushAfterMs: 50 });
    const offline = weChat(storage);
    offline.online = false;
    const first = open(offline);
    offline.life.show({ path: "pages/index/index", scene: 1047, query: { utm_source: "moments" } });
    let shown = 0;
    const page: PageDefinition = first.watchPage({ onShow: () => (shown += 1), onShareAppMessage: () => ({ title: "青瓷" }) });
    page.onShow?.();
    expect(page.onShareAppMessage?.()).toEqual({ title: "青瓷" });
    expect(shown).toBe(1);
    first.track("Mp Viewed", { product: "青瓷茶杯", price: 168 });
    offline.life.hide();
    expect(storage.size).toBe(2);

    const second = open(weChat(storage));
    expect(second.waiting()).toBe(5);
    second.identify("mp-1", { city: "杭州" });
    await second.flush();
    expect(second.waiting()).toBe(0);

    const viewed = await arrivedOne(terrace, "Mp Viewed");
    expect(viewed).toMatchObject({
      properties: { product: "青瓷茶杯", price: 168 },
      context: { device_type: "mobile", app_version: "1.2.3" },
    });
    expect(await arrivedOne(terrace, "Application Opened")).toMatchObject({
      properties: { scene: 1047, from_background: false },
      context: { utm_source: "moments" },
    });
    expect(await arrivedOne(terrace, "$screen")).toMatchObject({ properties: { name: "pages/index/index" } });
    await arrivedOne(terrace, "Page Shared");
    await arrivedOne(terrace, "Application Backgrounded");
    const found = await person(terrace, "user_id", "mp-1", (candidate) => expect(traitsOf(candidate)).toMatchObject({ city: "杭州" }));
    expect(found.id).toBe(viewed.personId);
  });
});

describe("typed events", () => {
  const run = (args: readonly string[]): { readonly status: number | null; readonly output: string } => {
    const done = spawnSync(process.execPath, [...args], { encoding: "utf8" });
    return { status: done.status, output: done.stdout + done.stderr };
  };
  const types = (...args: readonly string[]) => run([join(ROOT, "packages/server/src/main.ts"), "types", ...args]);

  test("are written from the event definitions and hold track to them", async () => {
    await terrace.send([
      { type: "track", userId: "t-1", event: "Typed Order", properties: { order_id: "A-1", revenue: 38, note: "快递" } },
      { type: "track", userId: "t-1", event: "Only Seen", properties: { count: 3, when: "2026-07-16T08:00:00Z" } },
    ]);
    await arrived(terrace, { name: "Only Seen" });
    await terrace.api("/event-definitions/Typed%20Order", {
      method: "PATCH",
      body: {
        schema: {
          properties: { order_id: { type: "string", required: true }, channel: { type: "string", oneOf: ["store", "app"] } },
          allowOthers: false,
        },
      },
    });
    const project = mkdtempSync(join(folder, "typed-"));
    const out = join(project, "terrace-events.ts");
    const written = types("--url", terrace.url, "--key", terrace.secretKey, "--out", out);
    expect(written).toMatchObject({ status: 0, output: expect.stringMatching(/^Types of \d+ events/) as string });
    expect(types("--data", terrace.data).output).toBe(readFileSync(out, "utf8"));

    writeFileSync(
      join(project, "use.ts"),
      `import { createTerrace } from "@terrace/sdk/browser";
       import { createTerrace as createNode } from "@terrace/sdk/node";
       import type { TerraceEvents } from "./terrace-events";
       const terrace = createTerrace<TerraceEvents>({ host: "", writeKey: "" });
       terrace.track("Typed Order", { order_id: "A-1", channel: "app" });
       terrace.track("Only Seen");
       terrace.track("Only Seen", { count: 3, anything: true });
       // @ts-expect-error the order's id is required
       terrace.track("Typed Order");
       // @ts-expect-error one of the schema's values
       terrace.track("Typed Order", { order_id: "A-1", channel: "web" });
       // @ts-expect-error the schema allows nothing else
       terrace.track("Typed Order", { order_id: "A-1", other: 1 });
       // @ts-expect-error was a number whenever it was seen
       terrace.track("Only Seen", { count: "3" });
       // @ts-expect-error no event has this name
       terrace.track("Typed Odrer", { order_id: "A-1" });
       const node = createNode<TerraceEvents>({ host: "", writeKey: "" });
       node.track({ userId: "u", event: "Typed Order", properties: { order_id: "A-1" } });
       // @ts-expect-error the order's id is required
       node.track({ userId: "u", event: "Typed Order", properties: {} });
       // Without types any name and properties go.
       createTerrace({ host: "", writeKey: "" }).track("Anything", { at: "all" });`,
    );
    const paths = Object.fromEntries(
      ["browser", "node"].map((host) => [`@terrace/sdk/${host}`, [join(DIST, `types/${host}/${host}.d.ts`)]]),
    );
    const compilerOptions = {
      strict: true,
      noEmit: true,
      target: "es2022",
      lib: ["ES2022", "DOM"],
      module: "esnext",
      moduleResolution: "bundler",
      types: [],
      paths,
    };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["use.ts"] }));
    expect(run([join(ROOT, "node_modules/typescript7/bin/tsc"), "-p", project])).toEqual({ status: 0, output: "" });
  });

  test("say what is wrong with a call", () => {
    expect(types("--key", "no-such-key", "--url", terrace.url)).toMatchObject({
      status: 1,
      output: expect.stringContaining("key.unknown") as string,
    });
    expect(types("--workspace", "x")).toMatchObject({ status: 2 });
  });
});

describe("the script for pages", () => {
  const script = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    fetch(`${terrace.url}/sdk/${path}`, { headers: { "accept-encoding": "identity", ...headers } });

  test("is served to any site, for an hour, and for good by its version", async () => {
    const plain = await script("terrace.js");
    expect(plain.status).toBe(200);
    expect(plain.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(plain.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
    expect(plain.headers.get("cache-control")).toBe("public, max-age=3600");
    expect(await plain.text()).toBe(readFileSync(join(DIST, "terrace.js"), "utf8"));
    expect((await script("terrace.js?v=0.1.0")).headers.get("cache-control")).toContain("immutable");
    expect((await script("terrace.js?v=0.0.9")).headers.get("cache-control")).not.toContain("immutable");
    const again = await script("terrace.js", { "if-none-match": plain.headers.get("etag") ?? "" });
    expect(again.status).toBe(304);
    const zipped = await script("terrace.js", { "accept-encoding": "gzip" });
    expect([zipped.headers.get("content-encoding"), (await zipped.text()).length]).toEqual([
      "gzip",
      readFileSync(join(DIST, "terrace.js"), "utf8").length,
    ]);
  });

  test("is all there is in its folder", async () => {
    expect((await script("node.js")).status).toBe(404);
    expect((await script("..%2fpackage.json")).status).toBe(404);
  });
});
