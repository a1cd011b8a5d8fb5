import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createContext, runInContext } from "node:vm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrived, arrivedOne, identitiesOf, person, sensorsUrl, traitsOf } from "./arrivals.ts";

type MiniProgramClient = {
  setPara(para: Readonly<Record<string, unknown>>): void;
  init(): void;
  track(event: string, properties?: Readonly<Record<string, unknown>>): void;
  login(id: string): void;
  setProfile(properties: Readonly<Record<string, unknown>>): void;
  setOnceProfile(properties: Readonly<Record<string, unknown>>): void;
  incrementProfile(properties: Readonly<Record<string, number>>): void;
  appendProfile(properties: Readonly<Record<string, readonly string[]>>): void;
  setOpenid(id: string): void;
  bindUnionid?(id: string): void;
};
type WxRequest = {
  readonly url: string;
  readonly method: string;
  readonly data: string;
  readonly header?: Readonly<Record<string, string>>;
  success?: (answer: unknown) => void;
  fail?: (error: unknown) => void;
  complete?: (answer: unknown) => void;
};

let terrace: TestTerrace;
beforeAll(async () => {
  terrace = await startTerrace();
});
afterAll(async () => {
  expect(await terrace.stop()).toBe(0);
});

/** What a mini-program offers its scripts, as far as the client asks for it. Requests really go out. */
function weChat(statuses: number[]): Readonly<Record<string, unknown>> {
  const storage = new Map<string, unknown>();
  let launched: ((options: unknown) => void) | undefined;
  const request = (options: WxRequest): void => {
    void fetch(options.url, { method: options.method, body: options.data, headers: { ...options.header } }).then(
      async (answer) => {
        statuses.push(answer.status);
        const done = { statusCode: answer.status, data: await answer.text() };
        options.success?.(done);
        options.complete?.(done);
      },
      (error: unknown) => {
        options.fail?.(error);
        options.complete?.(error);
      },
    );
  };
  return {
    request,
    getAccountInfoSync: () => ({ miniProgram: { appId: "wx0123456789abcdef", envVersion: "release", version: "1.2.3" } }),
    getStorageSync: (key: string) => storage.get(key) ?? "",
    setStorageSync: (key: string, value: unknown) => storage.set(key, value),
    getStorage: ({ key, complete }: { key: string; complete: (answer: unknown) => void }) => complete({ data: storage.get(key) }),
    getNetworkType: ({ success }: { success: (answer: unknown) => void }) => success({ networkType: "wifi" }),
    getSystemInfo: ({ success, complete }: { success: (answer: unknown) => void; complete?: (answer: unknown) => void }) => {
      const info = {
        brand: "HUAWEI",
        model: "P60",
        screenWidth: 390,
        screenHeight: 844,
        platform: "android",
        system: "Android 13",
        SDKVersion: "3.5.0",
        language: "zh_CN",
      };
      success(info);
      complete?.(info);
    },
    onNetworkStatusChange: () => undefined,
    onAppHide: () => undefined,
    onAppShow: (callback: (options: unknown) => void) => {
      launched = callback;
      queueMicrotask(() => launched?.({ path: "pages/index/index", query: { utm_source: "moments" }, scene: 1001 }));
    },
    getLaunchOptionsSync: () => ({ path: "pages/index/index", query: { utm_source: "moments" }, scene: 1001 }),
    setNavigationBarTitle: () => undefined,
    login: ({ success }: { success: (answer: unknown) => void }) => success({ code: "c" }),
  };
}

function loadClient(statuses: number[]): MiniProgramClient {
  const module = { exports: {} };
  const same = (definition: unknown): unknown => definition;
  const context = createContext({
    module,
    exports: module.exports,
    wx: weChat(statuses),
    App: same,
    Page: same,
    Component: same,
    getCurrentPages: () => [{ route: "pages/index/index", options: {} }],
    getApp: () => ({}),
    global: {},
    __wxConfig: { global: { window: { navigationBarTitleText: "青瓷商城" } }, page: {} },
    __wxAppCode__: {},
    setTimeout,
    clearTimeout,
    setInterval,
    clearInterval,
    console,
    Promise,
  });
  runInContext(readFileSync(createRequire(import.meta.url).resolve("sa-sdk-miniprogram"), "utf8"), context);
  // What the script assigned to module.exports is its client; it brings no types.
  return module.exports as MiniProgramClient;
}

test("the unchanged Sensors Data mini-program client delivers on a stubbed wx", async () => {
  const statuses: number[] = [];
  const sensors = loadClient(statuses);
  sensors.setPara({ server_url: sensorsUrl(terrace), show_log: false, batch_send: { max_length: 6, send_timeout: 200 } });
  sensors.init();
  sensors.track("MpViewed", { product: "青瓷茶杯", price: 168 });
  sensors.login("mp-1");
  sensors.setProfile({ city: "杭州" });
  sensors.incrementProfile({ visits: 2 });
  sensors.appendProfile({ likes: ["茶"] });
  sensors.track("MpBought", { total: 336 });

  const viewed = await arrivedOne(terrace, "MpViewed");
  expect(viewed).toMatchObject({ source: "sensors", properties: { product: "青瓷茶杯", price: 168 } });
  const bought = await arrivedOne(terrace, "MpBought");
  await arrived(terrace, { name: "$MPLaunch" });
  const found = await person(terrace, "user_id", "mp-1", (candidate) =>
    expect(traitsOf(candidate)).toMatchObject({ city: "杭州", visits: 2, likes: ["茶"] }),
  );
  expect(identitiesOf(found).some((identity) => identity.startsWith("anonymous_id:"))).toBe(true);
  expect(found.id).toBe(bought.personId);
  expect(new Set(statuses)).toEqual(new Set([200]));
});

test("the same client sending one by one", async () => {
  const statuses: number[] = [];
  const sensors = loadClient(statuses);
  sensors.setPara({ server_url: sensorsUrl(terrace), show_log: false, batch_send: false });
  sensors.init();
  sensors.track("MpSingle", { product: "青瓷" });
  expect((await arrivedOne(terrace, "MpSingle")).properties).toMatchObject({ product: "青瓷" });
  expect(new Set(statuses)).toEqual(new Set([200]));
});
