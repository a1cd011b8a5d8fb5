import type { Host, Sent } from "./host.ts";

/** What a request brought, as Terrace would read it. */
export type Request = {
  readonly url: string;
  readonly writeKey: string;
  readonly batch: readonly { readonly type: string; readonly event?: string; readonly [key: string]: unknown }[];
};

/** A host for tests whose clock is turned by hand and whose network answers as told. */
export type FakeHost = Host & {
  readonly requests: Request[];
  readonly store: Map<string, string>;
  /** Lets time pass, running what falls due. */
  readonly pass: (ms: number) => Promise<void>;
  /** What the next requests are answered; the last answer stays. */
  readonly answers: Sent[];
};

/** `store` may be shared by several, as pages of one site share theirs. */
export function createFakeHost(store = new Map<string, string>()): FakeHost {
  let now = 1_700_000_000_000;
  let ids = 0;
  const due = new Map<() => void, number>();
  const requests: Request[] = [];
  const answers: Sent[] = [{ status: 200 }];
  return {
    requests,
    store,
    answers,
    library: "fake",
    nowMs: () => now,
    newId: () => `id-${store.size}-${(ids += 1)}-${Math.random().toString(36).slice(2)}`,
    post: (url, body) => {
      requests.push({ url, ...(JSON.parse(body) as Omit<Request, "url">) });
      const [answer = { status: 200 }] = answers.length > 1 ? answers.splice(0, 1) : answers;
      return Promise.resolve(answer);
    },
    read: (key) => store.get(key) ?? null,
    write: (key, text) => void (text === null ? store.delete(key) : store.set(key, text)),
    keys: (prefix) => [...store.keys()].filter((key) => key.startsWith(prefix)),
    later: (run, afterMs) => {
      const timer = (): void => run();
      due.set(timer, now + afterMs);
      return () => void due.delete(timer);
    },
    context: () => ({}),
    batchContext: () => ({}),
    pass: async (ms) => {
      const until = now + ms;
      for (;;) {
        const [next] = [...due].filter(([, at]) => at <= until).toSorted(([, a], [, b]) => a - b);
        if (next === undefined) break;
        due.delete(next[0]);
        now = Math.max(now, next[1]);
        next[0]();
        await settled();
      }
      now = until;
      await settled();
    },
  };
}

/** Lets promises settle. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}
