/** The part of the browser's EventSource that clients of flags use; Node has none. */
export class TestEventSource {
  readonly url: string;
  readyState = 0;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  readonly #stop = new AbortController();
  readonly #listeners = new Map<string, Set<(event: { readonly type: string; readonly data: string }) => void>>();

  constructor(url: string) {
    this.url = url;
    void this.#read();
  }

  addEventListener(type: string, listener: (event: { readonly type: string; readonly data: string }) => void): void {
    this.#listeners.set(type, (this.#listeners.get(type) ?? new Set()).add(listener));
  }

  removeEventListener(type: string, listener: (event: { readonly type: string; readonly data: string }) => void): void {
    this.#listeners.get(type)?.delete(listener);
  }

  close(): void {
    this.readyState = 2;
    this.#stop.abort();
  }

  #emit(type: string, data: string): void {
    for (const listener of this.#listeners.get(type) ?? []) listener({ type, data });
  }

  async #read(): Promise<void> {
    try {
      const answer = await fetch(this.url, { headers: { accept: "text/event-stream" }, signal: this.#stop.signal });
      if (!answer.ok || answer.body === null) throw new Error(`the stream answered ${answer.status}`);
      this.readyState = 1;
      this.onopen?.();
      this.#emit("open", "");
      let rest = "";
      for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
        const blocks = `${rest}${chunk}`.split("\n\n");
        rest = blocks.pop() ?? "";
        for (const block of blocks) this.#dispatch(block);
      }
    } catch {
      // Broken off, or closed by the test.
    }
    if (this.readyState !== 2) {
      this.readyState = 2;
      this.onerror?.();
      this.#emit("error", "");
    }
  }

  #dispatch(block: string): void {
    const fields = block.split("\n").map((line) => line.split(/: ?(.*)/s));
    const data = fields.filter(([name]) => name === "data").map(([, value = ""]) => value);
    const type = fields.find(([name]) => name === "event")?.[1] ?? "message";
    if (data.length > 0) this.#emit(type, data.join("\n"));
  }
}
