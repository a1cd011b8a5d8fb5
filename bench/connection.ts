import { connect, type Socket } from "node:net";

/**
 * One kept HTTP/1.1 connection that sends a request at a time and reads no more of the answer than its status and length: a generator that shares
 * the machine with what it measures must cost next to nothing. Understands what Terrace answers (Content-Length, no chunks).
 */
export class Connection {
  readonly #url: URL;
  #socket: Socket | undefined;
  #answered: ((status: number) => void) | undefined;
  #received = "";

  constructor(url: URL) {
    this.#url = url;
  }

  /** Sends a whole request and answers with the status; 0 when the connection broke before there was one. */
  send(request: Buffer): Promise<number> {
    return new Promise((resolve) => {
      this.#answered = resolve;
      this.#socket ??= this.#open();
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket?.destroy();
  }

  #open(): Socket {
    const socket = connect(Number(this.#url.port), this.#url.hostname);
    socket.setNoDelay(true);
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => {
      this.#received = this.#received === "" ? text : this.#received + text;
      const headEnd = this.#received.indexOf("\r\n\r\n");
      if (headEnd < 0) return;
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(this.#received)?.[1] ?? 0);
      if (this.#received.length < headEnd + 4 + length) return;
      const status = Number(this.#received.slice(9, 12));
      this.#received = "";
      this.#finish(status);
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.#socket = undefined;
      this.#received = "";
      this.#finish(0);
    });
    return socket;
  }

  #finish(status: number): void {
    const answered = this.#answered;
    this.#answered = undefined;
    answered?.(status);
  }
}

/** The bytes of a POST request in front of its body. */
export function requestHead(url: URL, path: string, headers: Readonly<Record<string, string>>, bodyBytes: number): string {
  const lines = { host: url.host, ...headers, "content-type": "application/json", "content-length": String(bodyBytes) };
  return `POST ${path} HTTP/1.1\r\n${headerLines(lines)}\r\n`;
}

/** The bytes of a GET request. */
export function getRequest(url: URL, path: string, headers: Readonly<Record<string, string>>): Buffer {
  return Buffer.from(`GET ${path} HTTP/1.1\r\n${headerLines({ host: url.host, ...headers })}\r\n`, "latin1");
}

function headerLines(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
}
