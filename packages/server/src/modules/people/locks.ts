import type { Tx } from "../../platform/storage/postgres.ts";

/** Attempts beside others; each one knows all people the last one met. */
const SHARED_ATTEMPTS = 4;
/** Attempts before giving up. Alone in a workspace, each one meets more people or is the last. */
const ATTEMPTS_MAX = 20;

/** How to go about an attempt: whom to lock besides, and whether to wait until nobody else changes people of the workspace. */
export type Attempt = { readonly lockAlso: readonly string[]; readonly alone: boolean };

/** Thrown inside an attempt when people outside the locked ones turn out to matter, or others changed the locked ones meanwhile. */
export class LockMore extends Error {
  readonly originIds: readonly string[];

  constructor(originIds: readonly string[]) {
    super("more people must be locked");
    this.name = "LockMore";
    this.originIds = originIds;
  }
}

/**
 * Runs `work` until it has locked everyone it needs. Each attempt starts from a savepoint, whose rollback gives up the locks taken, so that
 * locks are always taken in one go and in one order. Where many change the same people at once, it ends up working alone.
 */
export async function withLocks<T>(tx: Tx, work: (inner: Tx, attempt: Attempt) => Promise<T>): Promise<T> {
  let lockAlso: readonly string[] = [];
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const asked: Attempt = { lockAlso, alone: attempt >= SHARED_ATTEMPTS };
    try {
      // The declared type unwraps promise arrays; `work` answers one value.
      return (await tx.savepoint((inner) => work(inner, asked))) as T;
    } catch (error) {
      if (!(error instanceof LockMore)) throw error;
      lockAlso = [...new Set([...lockAlso, ...error.originIds])];
    }
  }
  throw new Error(`people kept changing during ${ATTEMPTS_MAX} attempts`);
}
