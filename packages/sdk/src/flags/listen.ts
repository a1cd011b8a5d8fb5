const PAUSE_MS = 1_000;
const PAUSE_MS_MAX = 60_000;

/** Hears of changes by a stream of server-sent events, and comes back when it breaks off; answers how to hang up. Works where there is fetch: Node has no EventSource. */
export function listen(url: string, changed: () => void): () => void {
  const stop = new AbortController();
  void keepListening(url, changed, stop.signal);
  return () => stop.abort();
}

async function keepListening(url: string, changed: () => void, signal: AbortSignal): Promise<void> {
  let [last, pauseMs] = ["", PAUSE_MS];
  while (!signal.aborted) {
    try {
      const answer = await fetch(url, { signal, credentials: "omit", headers: last === "" ? {} : { "last-event-id": last } });
      if (!answer.ok || answer.body === null) throw new Error(`the stream answered ${answer.status}`);
      pauseMs = PAUSE_MS;
      for await (const block of blocksOf(answer.body)) {
        last = /^id: ?(.*)$/m.exec(block)?.[1] ?? last;
        if (/^event: ?features-updated$/m.test(block)) changed();
      }
    } catch {
      // Broken off, refused or hung up: tried again after a pause, unless it was hung up.
    }
    await pause(pauseMs * (0.5 + Math.random() / 2), signal);
    pauseMs = Math.min(PAUSE_MS_MAX, pauseMs * 2);
  }
}

async function* blocksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const [reader, decoder] = [body.getReader(), new TextDecoder()];
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + decoder.decode(value, { stream: true })).split("\n\n");
    rest = blocks.pop() ?? "";
    yield* blocks;
  }
}

/** Ends early when nobody listens any more; must not keep a process alive. */
function pause(forMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer: unknown = setTimeout(resolve, forMs);
    if (typeof timer === "object" && timer !== null && "unref" in timer && typeof timer.unref === "function") timer.unref();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
