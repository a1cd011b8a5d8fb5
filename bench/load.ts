import { Connection, getRequest, requestHead } from "./connection.ts";

/** One finished request: its place in the run, when it was sent (ms since the run began), how long the answer took, and its status (0 = no answer). */
export type Answer = { readonly number: number; readonly sentAtMs: number; readonly tookMs: number; readonly status: number };

export type LoadOptions = {
  readonly url: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  /** Requests per second; Infinity = as fast as the connections allow (closed loop). */
  readonly requestsPerSecond: number;
  readonly seconds: number;
  /** What is posted; undefined: the path is asked for by GET. */
  readonly body?: (number: number) => string | Buffer;
  /** Added to the path. */
  readonly query?: (number: number) => string;
  /** Told of every answer as it comes. */
  readonly answered?: (answer: Answer) => void;
  /** Ends the run early. */
  readonly signal?: AbortSignal;
};

/**
 * Sends requests at a fixed rate on an open loop: a request's time counts from when it was due, so that a stall shows in the
 * latencies instead of slowing the load down (no coordinated omission).
 */
export async function runLoad(options: LoadOptions): Promise<readonly Answer[]> {
  const target = new URL(options.path, options.url);
  const answers: Answer[] = [];
  const startedAt = performance.now();
  const endAt = startedAt + options.seconds * 1000;
  let number = 0;
  const limited = Number.isFinite(options.requestsPerSecond);

  async function worker(): Promise<void> {
    const connection = new Connection(target);
    while (performance.now() < endAt && options.signal?.aborted !== true) {
      const mine = number;
      number += 1;
      const dueAt = limited ? startedAt + (mine / options.requestsPerSecond) * 1000 : performance.now();
      if (dueAt > endAt) break;
      const early = dueAt - performance.now();
      if (early > 1)
        await new Promise((resolve) => {
          setTimeout(resolve, early);
        });
      const status = await connection.send(requestOf(target, options, mine));
      const answer = { number: mine, sentAtMs: dueAt - startedAt, tookMs: performance.now() - dueAt, status };
      answers.push(answer);
      options.answered?.(answer);
    }
    connection.close();
  }
  await Promise.all(Array.from({ length: options.connections }, worker));
  return answers;
}

function requestOf(target: URL, { headers, body, query }: LoadOptions, number: number): Buffer {
  const path = `${target.pathname}${query?.(number) ?? ""}`;
  if (body === undefined) return getRequest(target, path, headers);
  const content = body(number);
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  return Buffer.concat([Buffer.from(requestHead(target, path, headers, bytes.length), "latin1"), bytes]);
}

/** The value below which `share` of the sorted numbers lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
