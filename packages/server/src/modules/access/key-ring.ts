import { KEY_TEXT_MAX, type KeyKind } from "@terrace/domain/access/key-rules";
import { troubleOf } from "../../platform/http/dependency-fault.ts";
import { Unavailable } from "../../platform/http/fault-error.ts";
import type { HttpLog } from "../../platform/http/http-server.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import { secretHash } from "./credentials.ts";
import { loadLiveKey, touchKey, type LiveKey } from "./key.store.ts";

/** How long an answer is trusted: with the time of a query, a key revoked in any process is refused everywhere within 5 s. */
const TRUSTED_MS = 4000;
const REMEMBERED_MAX = 10_000;
const TOUCH_MS = 60_000;

/** Looks keys up through a short memory. */
export type KeyRing = {
  /** The live key of this text, or null. Rejects with `Unavailable` when PostgreSQL cannot be asked. */
  readonly find: (kind: KeyKind, text: string) => Promise<LiveKey | null>;
  /** Forgets everything: after a revocation in this process. */
  readonly forget: () => void;
};

export function createKeyRing(deps: { readonly db: Db; readonly nowMs: () => number; readonly log: HttpLog }): KeyRing {
  const remembered = new Map<string, { readonly untilMs: number; readonly key: Promise<LiveKey | null> }>();
  const touchedMs = new Map<string, number>();

  const touch = (key: LiveKey): void => {
    const now = deps.nowMs();
    if (now - (touchedMs.get(key.keyId) ?? -Infinity) < TOUCH_MS) return;
    touchedMs.set(key.keyId, now);
    touchKey(deps.db, key.workspaceId, { keyId: key.keyId, now: new Date(now), unlessAfter: new Date(now - TOUCH_MS) }).catch(
      (error: unknown) => deps.log.warn({ err: error }, "the last use of a key could not be noted"),
    );
  };
  const load = async (kind: KeyKind, text: string): Promise<LiveKey | null> => {
    try {
      return (await loadLiveKey(deps.db, kind, secretHash(text))) ?? null;
    } catch (error) {
      remembered.delete(`${kind} ${text}`);
      throw troubleOf(error) === "unavailable" ? new Unavailable("PostgreSQL", error) : error;
    }
  };
  return {
    forget: () => remembered.clear(),
    find: async (kind, text) => {
      if (text === "" || text.length > KEY_TEXT_MAX) return null;
      const name = `${kind} ${text}`;
      const now = deps.nowMs();
      let entry = remembered.get(name);
      if (entry === undefined || entry.untilMs <= now) {
        if (remembered.size >= REMEMBERED_MAX) remembered.clear();
        entry = { untilMs: now + TRUSTED_MS, key: load(kind, text) };
        remembered.set(name, entry);
      }
      const key = await entry.key;
      if (key !== null) touch(key);
      return key;
    },
  };
}
