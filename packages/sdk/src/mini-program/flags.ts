import type { FlagTransport } from "../flags/flags-api.ts";
import { openFlags } from "../flags/open-flags.ts";
import type { CreateMiniProgramFlags } from "./flags-api.ts";
import type { FlagsWx } from "./wx.ts";

/** Starts reading the flags of a write key's environment in a mini-program. */
export const createFlags: CreateMiniProgramFlags = (options) => openFlags(options, transportOf(options.wx));

function transportOf(wx: FlagsWx): FlagTransport {
  return {
    get: (url) =>
      new Promise((resolve) => {
        wx.request({
          url,
          method: "GET",
          success: ({ statusCode, data }) => resolve(statusCode === 200 ? data : undefined),
          fail: () => resolve(undefined),
        });
      }),
    store: {
      getItem: (key) => {
        const text = wx.getStorageSync(key);
        return typeof text === "string" && text !== "" ? text : null;
      },
      setItem: (key, text) => wx.setStorageSync(key, text),
    },
  };
}
