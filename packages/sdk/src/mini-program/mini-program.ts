import { createCore, type Core } from "../core/client.ts";
import type { Host } from "../core/host.ts";
import type { EventTypes, JsonObject, Options, Terrace } from "../core/message.ts";
import type { Launch, PageDefinition, ShownPage, Wx } from "./wx.ts";

export type { Consent, EventTypes, Options, Terrace } from "../core/message.ts";
const LIBRARY = { name: "terrace-mini-program", version: "0.1.0" };

export type MiniProgramOptions = Options & {
  /** The global `wx`. */
  readonly wx: Wx;
  /** The global `getCurrentPages`, so that events tell on which page they happened. */
  readonly getCurrentPages?: () => readonly ShownPage[];
  /** `Application Opened` and `Application Backgrounded` with the life of the mini-program. Default true. */
  readonly life?: boolean;
};

export type MiniProgramTerrace<Events extends object = EventTypes> = Terrace<Events> & {
  /** Wraps what is passed to `Page(…)`: a screen view when the page shows, `Page Shared` when it is passed on. */
  readonly watchPage: <Definition extends PageDefinition>(definition: Definition) => Definition;
};

/** Starts the client of a mini-program; call it in `app.js` before `App(…)`. */
export function createTerrace<Events extends object = EventTypes>(options: MiniProgramOptions): MiniProgramTerrace<Events> {
  const { wx } = options;
  const core = createCore<Events>(createWxHost(options), options);
  const { terrace, sender } = core;
  wx.onNetworkStatusChange(({ isConnected }) => {
    if (isConnected) sender.wake();
  });
  watchLife(core, options);
  return { ...terrace, watchPage: (definition) => wrapPage(core, definition, options.getCurrentPages) };
}

/** WeChat may end a mini-program in the background without a word: what waits is saved and sent when it goes there. */
function watchLife({ track, sender, save }: Pick<Core<object>, "track" | "sender" | "save">, { wx, life }: MiniProgramOptions): void {
  let opened = false;
  wx.onAppShow((launch: Launch) => {
    const { path, scene, query } = launch;
    if (life !== false)
      track("Application Opened", {
        from_background: opened,
        ...(path === undefined ? {} : { url: path }),
        ...(scene === undefined ? {} : { scene }),
        ...campaignOf(query),
      });
    opened = true;
  });
  wx.onAppHide(() => {
    if (life !== false) track("Application Backgrounded", {});
    save();
    sender.wake();
  });
}

function wrapPage<Definition extends PageDefinition>(
  { terrace, track }: { readonly terrace: Pick<Terrace, "screen">; readonly track: Core<object>["track"] },
  definition: Definition,
  getCurrentPages: MiniProgramOptions["getCurrentPages"],
): Definition {
  const { onShow, onShareAppMessage } = definition;
  return {
    ...definition,
    onShow(this: unknown, ...values: unknown[]) {
      terrace.screen(shownPage(getCurrentPages)?.route);
      return onShow?.apply(this, values);
    },
    // Only a page that can be shared has this function: WeChat shows the menu by it.
    ...(onShareAppMessage === undefined
      ? {}
      : {
          onShareAppMessage(this: unknown, ...values: unknown[]) {
            track("Page Shared", { path: shownPage(getCurrentPages)?.route });
            return onShareAppMessage.apply(this, values);
          },
        }),
  };
}

function shownPage(getCurrentPages: MiniProgramOptions["getCurrentPages"]): ShownPage | undefined {
  return getCurrentPages?.().slice(-1)[0];
}

/** Campaign parameters of the link or code by which the mini-program was opened. */
function campaignOf(query: Launch["query"] = {}): JsonObject {
  return Object.fromEntries(Object.entries(query).filter(([name]) => name.startsWith("utm_")));
}

function createWxHost({ wx, getCurrentPages }: MiniProgramOptions): Host {
  const device = wx.getDeviceInfo?.() ?? {};
  const app = wx.getAccountInfoSync?.().miniProgram;
  const launch = wx.getLaunchOptionsSync?.();
  return {
    library: `${LIBRARY.name} ${LIBRARY.version}`,
    nowMs: Date.now,
    newId: randomId,
    later: (run, afterMs) => {
      const timer = setTimeout(run, afterMs);
      return () => clearTimeout(timer);
    },
    post: (url, body) =>
      new Promise((resolve) => {
        wx.request({
          url,
          method: "POST",
          data: body,
          header: { "content-type": "text/plain" },
          success: ({ statusCode, header }) => resolve({ status: statusCode, retryAfterSeconds: Number(header?.["Retry-After"] ?? 0) }),
          fail: () => resolve({ status: 0 }),
        });
      }),
    read: (key) => {
      const text = wx.getStorageSync(key);
      return typeof text === "string" && text !== "" ? text : null;
    },
    write: (key, text) => {
      try {
        if (text === null) wx.removeStorageSync(key);
        else wx.setStorageSync(key, text);
      } catch {
        // A full store keeps what it has; the events still wait in memory.
      }
    },
    keys: (prefix) => wx.getStorageInfoSync().keys.filter((key) => key.startsWith(prefix)),
    context: () => {
      const shown = shownPage(getCurrentPages);
      return { page: { path: shown?.route, search: searchOf(launch?.query) } };
    },
    batchContext: () => ({
      library: LIBRARY,
      device: { type: "mobile", model: device.model, manufacturer: device.brand },
      os: { name: device.system },
      locale: wx.getAppBaseInfo?.().language,
      app: { name: app?.appId, version: app?.version },
    }),
  };
}

function searchOf(query: Launch["query"] = {}): string {
  const pairs = Object.entries(query).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

/** Mini-programs have no synchronous source of secure randomness; ids need to be unique, not secret. */
function randomId(): string {
  const part = (): string => Math.random().toString(36).slice(2, 12).padEnd(10, "0");
  return `${Date.now().toString(36)}-${part()}${part()}${part()}`;
}
