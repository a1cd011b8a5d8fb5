import { hash, verify } from "@node-rs/argon2";
import { faultError } from "../../platform/http/fault-error.ts";
import { newSecret, type RandomBytes } from "./credentials.ts";

/** argon2id with 19 MiB, 2 passes, 1 lane (the OWASP minimum); argon2id is the package's default algorithm. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** Hashing runs on the thread pool that files and DNS share: never take all of it, and never queue without end. */
const AT_ONCE_MAX = 2;
const WAITING_MAX = 100;

export type Passwords = {
  readonly hash: (password: string) => Promise<string>;
  /** False for a null hash too, after the same work as for a wrong password. */
  readonly verify: (passwordHash: string | null, password: string) => Promise<boolean>;
};

/** Hashes and checks passwords. Throws `service.overloaded` when too many are waiting. */
export function createPasswords(randomBytes: RandomBytes): Passwords {
  const inTurn = createGate();
  let decoy: Promise<string> | undefined;
  return {
    hash: (password) => inTurn(() => hash(password, COST)),
    verify: async (passwordHash, password) => {
      decoy ??= hash(newSecret(randomBytes), COST);
      const standIn = await decoy;
      const matches = await inTurn(() => verify(passwordHash ?? standIn, password));
      return matches && passwordHash !== null;
    },
  };
}

function createGate(): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= AT_ONCE_MAX) {
      if (waiting.length >= WAITING_MAX) throw faultError("service.overloaded", { retryAfterSeconds: 5, mend: "Try again shortly" });
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      // The place is handed on, not given up, so that nobody slips in between.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
