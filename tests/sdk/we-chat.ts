import { createContext, runInContext } from "node:vm";
import type { FlagsWx, Launch, Wx } from "../../packages/sdk/src/mini-program/wx.ts";

type Asked = {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly data?: string;
  readonly header?: Readonly<Record<string, string>>;
  readonly success: (answer: {
    readonly statusCode: number;
    readonly data: unknown;
    readonly header: Readonly<Record<string, unknown>>;
  }) => void;
  readonly fail: () => void;
};

/** WeChat as far as the clients ask for it; requests really go out. `life` drives the mini-program. */
export function weChat(storage: Map<string, unknown>): {
  readonly wx: Wx & FlagsWx;
  readonly life: { show: (launch: Launch) => void; hide: () => void };
  readonly asked: string[];
  online: boolean;
} {
  const launch: Launch = { path: "pages/index/index", scene: 1047, query: { utm_source: "moments" } };
  const life = { show: (launch: Launch): void => void launch, hide: (): void => undefined };
  const asked: string[] = [];
  const request = ({ url, method, data, header, success, fail }: Asked): void => {
    asked.push(url);
    if (!world.online) return queueMicrotask(fail);
    void fetch(url, { method, body: data ?? null, headers: header ?? {} }).then(
      async (answer) => success({ statusCode: answer.status, data: parsed(await answer.text()), header: {} }),
      fail,
    );
  };
  const wx = {
    request,
    getStorageSync: (key) => storage.get(key) ?? "",
    setStorageSync: (key, value) => void storage.set(key, value),
    removeStorageSync: (key) => void storage.delete(key),
    getStorageInfoSync: () => ({ keys: [...storage.keys()] }),
    onAppShow: (listener) => {
      life.show = listener;
    },
    onAppHide: (listener) => {
      life.hide = listener;
    },
    onNetworkStatusChange: () => undefined,
    getLaunchOptionsSync: () => launch,
    getDeviceInfo: () => ({ brand: "HUAWEI", model: "P60", system: "Android 13" }),
    getAppBaseInfo: () => ({ language: "zh_CN" }),
    getAccountInfoSync: () => ({ miniProgram: { appId: "wx0123456789abcdef", version: "1.2.3" } }),
  } satisfies Wx & FlagsWx;
  const world = { wx, life, asked, online: true };
  return world;
}

/** WeChat hands out what JSON says, and any other text as it is. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What phones of 2021 lack. */
const YOUNGER = `for (const [owner, names] of [
  [Object, ["hasOwn", "groupBy"]],
  [Array.prototype, ["at", "findLast", "findLastIndex", "toSorted", "toReversed", "toSpliced", "with"]],
  [String.prototype, ["at", "isWellFormed"]],
]) for (const name of names) delete owner[name];`;

/** What a built file exports where it is required by a mini-program: a world with a language and timers, and nothing of a page or of Node. */
export function asMiniProgram(code: string): unknown {
  const module: { exports: unknown } = { exports: {} };
  const context = createContext({ module, exports: module.exports, setTimeout, clearTimeout, console });
  runInContext(YOUNGER, context);
  runInContext(code, context);
  return module.exports;
}
