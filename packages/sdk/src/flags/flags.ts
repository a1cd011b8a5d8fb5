import type { CreateFlags, FlagStore, FlagTransport } from "./flags-api.ts";
import { listen } from "./listen.ts";
import { openFlags } from "./open-flags.ts";

export type { Exposure, FlagContext, FlagDetails, FlagOptions, Flags, FlagStore } from "./flags-api.ts";

/** Starts reading the flags of a write key's environment, in a page or in Node. */
export const createFlags: CreateFlags = (options) => openFlags(options, transportOfPage());

function transportOfPage(): FlagTransport {
  const store = storeOfPage();
  return { get: fetched, listen, ...(store === undefined ? {} : { store }) };
}

async function fetched(url: string): Promise<unknown> {
  try {
    const answer = await fetch(url, { credentials: "omit" });
    if (answer.ok) return await answer.json();
    await answer.body?.cancel();
  } catch {
    // Asked again at the next time; what is known stays in force.
  }
  return undefined;
}

/** A page may be forbidden to store anything. */
function storeOfPage(): FlagStore | undefined {
  try {
    return typeof window === "undefined" ? undefined : window.localStorage;
  } catch {
    return undefined;
  }
}
