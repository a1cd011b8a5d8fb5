import { fail, ok, type Result } from "@terrace/domain/result";
import { Worker } from "node:worker_threads";
import type { Answered, Asked } from "./expression-thread.ts";

/** Evaluates JSONata away from the thread that serves requests: an expression may loop for ever or search a text without end. */
export type Expressions = {
  /** The value as JSON text. Fault `receiver.expression_failed` with what is wrong, also when it takes too long. */
  readonly evaluate: (expression: string, input: unknown) => Promise<Result<string>>;
  readonly stop: () => Promise<void>;
};

/** Longer than this is a loop; then the thread is ended, and what else it was working on is asked again. */
const WITHIN_MS = 1_000;
const HEAP_MB_MAX = 128;

type Waiting = { readonly asked: Asked; readonly settle: (result: Result<string>) => void };

export function createExpressions(): Expressions {
  const queue: Waiting[] = [];
  let thread: Worker | undefined;
  let current: { readonly waiting: Waiting; readonly timer: NodeJS.Timeout } | undefined;
  let lastId = 0;

  function launch(): Worker {
    const launched = new Worker(new URL("./expression-thread.ts", import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX },
    });
    launched.unref();
    launched.on("message", (answered: Answered) => {
      if (answered.id === current?.waiting.asked.id) finish("value" in answered ? ok(answered.value) : failed(answered.problem));
    });
    // Out of memory, most likely; the next question gets a fresh thread.
    launched.on("error", (error) => {
      if (thread === launched) thread = undefined;
      if (current !== undefined) finish(failed(error.message));
    });
    return launched;
  }

  function finish(result: Result<string>): void {
    const done = current;
    if (done === undefined) return;
    clearTimeout(done.timer);
    current = undefined;
    done.waiting.settle(result);
    next();
  }

  function next(): void {
    const waiting = current === undefined ? queue.shift() : undefined;
    if (waiting === undefined) return;
    thread ??= launch();
    const timer = setTimeout(() => {
      const stuck = thread;
      thread = undefined;
      void stuck?.terminate();
      finish(failed(`it takes longer than ${WITHIN_MS} ms`));
    }, WITHIN_MS);
    current = { waiting, timer };
    thread.postMessage(waiting.asked);
  }

  return {
    evaluate: (expression, input) =>
      new Promise((settle) => {
        lastId += 1;
        queue.push({ asked: { id: lastId, expression, input: JSON.stringify(input) }, settle });
        next();
      }),
    stop: async () => {
      clearTimeout(current?.timer);
      await thread?.terminate();
    },
  };
}

function failed(problem: string): Result<string> {
  return fail("receiver.expression_failed", { field: "expression", mend: problem.slice(0, 500) });
}
