import type { Readiness } from "../platform/http/register-operate.ts";
import type { Core } from "./core.ts";

const PING_WITHIN_MS = 2_000;

/** Asks both engines whether they answer now. */
export async function checkReadiness(core: Core): Promise<Readiness> {
  const [postgres, clickhouse] = await Promise.all([
    answers(core.db`select 1`),
    answers(
      core.warehouse.client.ping().then(({ success }) => {
        if (!success) throw new Error("no pong");
      }),
    ),
  ]);
  return { ready: postgres && clickhouse, checks: { postgres: word(postgres), clickhouse: word(clickhouse) } };
}

async function answers(question: PromiseLike<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), PING_WITHIN_MS);
  });
  try {
    return await Promise.race([
      Promise.resolve(question).then(
        () => true,
        () => false,
      ),
      late,
    ]);
  } finally {
    clearTimeout(timer);
  }
}

function word(ready: boolean): string {
  return ready ? "ready" : "not answering";
}
