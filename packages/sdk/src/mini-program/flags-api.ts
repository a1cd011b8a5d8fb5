import type { FlagOptions, Flags } from "../flags/flags-api.ts";
import type { FlagsWx } from "./wx.ts";

export type { Exposure, FlagContext, FlagDetails, Flags, FlagStore } from "../flags/flags-api.ts";

/** Mini-programs have no streams: flags are asked for every `pollMs` while the mini-program is open. */
export type MiniProgramFlagOptions = Omit<FlagOptions, "stream"> & {
  /** The global `wx`. */
  readonly wx: FlagsWx;
};

export type CreateMiniProgramFlags = (options: MiniProgramFlagOptions) => Flags;
