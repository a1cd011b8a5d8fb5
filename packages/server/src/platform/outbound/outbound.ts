import type { LookupAddress } from "node:dns";
import type { Db } from "../storage/postgres.ts";
import { readAllowList } from "./allow-list.ts";
import { guardedFetch, guardedText, type OutboundRequest, type TextAnswer } from "./guarded-fetch.ts";
import { sharingNext } from "../sharing-next.ts";
import { reachableAddresses, type Target } from "./guarded-lookup.ts";
import { loadOutwardHold, type OutwardHold } from "./hold.store.ts";
import { OutboundRefused } from "./outbound-refused.ts";

export type { OutboundRequest };

/** The one way out: everything that calls an address somebody entered goes through it. */
export type Outbound = {
  /** As `guardedFetch`, and refused with `outbound.held` while the installation is held. */
  readonly fetch: (address: string, request?: OutboundRequest) => Promise<Response>;
  /** As `fetch`, with the answer read to its end. */
  readonly text: (address: string, request?: OutboundRequest) => Promise<TextAnswer>;
  /** For signing in and the like, which have no effect on users and must work while the installation is held. */
  readonly fetchEvenWhenHeld: (address: string, request?: OutboundRequest) => Promise<Response>;
  /** The addresses a client of another protocol may connect to, e.g. a database; connect to one of these, not to the name. */
  readonly addresses: (target: Target) => Promise<readonly LookupAddress[]>;
  /** Throws `OutboundRefused` while the installation is held: whatever reaches users asks this before each effect. */
  readonly requireReleased: () => Promise<void>;
};

/** `allow` is the text of `TERRACE_OUTBOUND_ALLOW`. */
export function createOutbound(deps: { readonly db: Db; readonly allow: string }): Outbound {
  const allowed = readAllowList(deps.allow);
  const loadHold = sharingNext<0, OutwardHold | undefined>(() => loadOutwardHold(deps.db));
  const requireReleased = async (): Promise<void> => {
    const hold = await loadHold(0);
    if (hold !== undefined) throw new OutboundRefused("outbound.held", hold.reason);
  };
  const fetchEvenWhenHeld: Outbound["fetch"] = (address, request = {}) => guardedFetch(address, request, allowed);
  return {
    fetch: async (address, request) => {
      await requireReleased();
      return fetchEvenWhenHeld(address, request);
    },
    text: async (address, request = {}) => {
      await requireReleased();
      return guardedText(address, request, allowed);
    },
    fetchEvenWhenHeld,
    addresses: (target) => reachableAddresses(target, allowed),
    requireReleased,
  };
}
