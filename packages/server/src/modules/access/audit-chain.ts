import type { Db } from "../../platform/storage/postgres.ts";
import { CHAIN_START, findLinkHash, findUnchained, walkChain, type ChainBreak, type ChainLink } from "./audit-chain.views.ts";

export type { ChainBreak, ChainLink };

/** How the walk along a workspace's audit chain went. `head` is the last link that fits. */
export type ChainCheck = { readonly entries: number; readonly head: ChainLink | undefined; readonly broken: ChainBreak | undefined };

const ENTRIES_PER_STEP = 10_000;

/** Hashes every audit entry of a workspace anew, in order, up to the first one that does not fit. */
export async function checkAuditChain(db: Db, workspaceId: number): Promise<ChainCheck> {
  let entries = 0;
  let head: ChainLink | undefined;
  for (;;) {
    const part = await walkChain(db, workspaceId, head ?? CHAIN_START, ENTRIES_PER_STEP);
    if (part.broken !== undefined) {
      const good = Number(part.broken.position) - 1 - Number(head?.position ?? 0);
      return { entries: entries + Math.max(0, good), head, broken: part.broken };
    }
    if (part.last === undefined) return { entries, head, broken: await findUnchained(db, workspaceId) };
    entries += part.entries;
    head = part.last;
  }
}

/** Whether a link noted earlier still stands in the chain: tells when entries were taken off its end, or all of it was written anew. */
export async function holdsLink(db: Db, workspaceId: number, link: ChainLink): Promise<boolean> {
  return (await findLinkHash(db, workspaceId, link.position)) === link.hash;
}
