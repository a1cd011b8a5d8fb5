import type postgres from "postgres";

type Tx = postgres.TransactionSql;

/** How long the driver may take to hear that the connection is gone by which a statement failed. */
const LOSS_HEARD_MS = 1_000;

/**
 * Keeps one transaction off a connection that is lost. The driver would ask there for the rollback, and for whatever the work asks next; the connection that
 * takes its place would answer others with the answers. See docs/decisions/0029-lost-connections.md.
 */
export function createTransactionGuard() {
  let isOver = false;
  let why: unknown;
  const waiting = new Set<NodeJS.Timeout>();

  function refuseLate(): void {
    // Whoever asks on after a loss is told of it: what ends so is nobody's fault.
    if (isOver) throw new Error("the transaction is over", { cause: why });
  }

  /** While its work gives no answer the driver asks for nothing more; of the loss it hears by itself. */
  async function run<T>(tx: Tx, work: (tx: Tx) => Promise<T>): Promise<T> {
    try {
      const value = await work(guarded(tx));
      if (isOver) await never();
      return value;
    } catch (error) {
      if (isOver) await never();
      if (isLoss(error)) await new Promise<void>((resolve) => waiting.add(setTimeout(resolve, LOSS_HEARD_MS)));
      throw error;
    }
  }

  function guarded(tx: Tx): Tx {
    const savepoint = <T>(work: (inner: Tx) => Promise<T>) => tx.savepoint((inner) => run(inner, work));
    return new Proxy(tx, {
      apply: (target, self, args) => {
        refuseLate();
        return Reflect.apply(target, self, args) as unknown;
      },
      get: (target, key) => {
        refuseLate();
        return key === "savepoint" ? savepoint : (Reflect.get(target, key) as unknown);
      },
    });
  }

  return {
    run,
    /** Nothing is asked there any more; `cause` is what the transaction failed with, if it did. */
    end: (cause?: unknown) => {
      isOver = true;
      why ??= cause;
      for (const each of waiting) clearTimeout(each);
    },
  };
}

function never(): Promise<never> {
  return new Promise<never>(() => undefined);
}

/** Whether a statement failed with its connection, and not by what it says. */
function isLoss(error: unknown): boolean {
  return error instanceof Error && "query" in error && "code" in error && /^(CONNECT|E[A-Z]+$)/.test(String(error.code));
}
