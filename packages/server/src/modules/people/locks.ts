import type { Tx } from "../../platform/storage/postgres.ts";

/** Attempts before giving up; each one knows all people the last one met. */
const ATTEMPTS_MAX = 12;

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
 * locks are always taken in one go and in one order.
 */
export async function withLocks<T>(tx: Tx, work: (inner: Tx, lockAlso: readonly string[]) => Promise<T>): Promise<T> {
  let lockAlso: readonly string[] = [];
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const asked = lockAlso;
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
