import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as a provider sees it. */
export type Heard = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly header: (name: string) => string;
  readonly body: Buffer;
};
export type Said =
  | { readonly status?: number; readonly body?: object | string; readonly headers?: Readonly<Record<string, string>> }
  | "hang_up"
  | "silence";

export type StandIn = {
  readonly origin: string;
  readonly heard: Heard[];
  /** The next answers, before what the provider answers by itself. */
  readonly next: Said[];
  readonly stop: () => Promise<void>;
};

/** A provider's API on this machine: hears everything, and answers as it is written for the provider. */
export async function startStandIn(answer: (heard: Heard) => Said): Promise<StandIn> {
  const heard: Heard[] = [];
  const next: Said[] = [];
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      const url = new URL(request.url ?? "/", "http://provider.test");
      const header = (name: string): string => {
        const value = request.headers[name];
        return Array.isArray(value) ? value.join(", ") : (value ?? "");
      };
      const one: Heard = { method: request.method ?? "", path: url.pathname, query: url.searchParams, header, body };
      heard.push(one);
      const said = next.shift() ?? answer(one);
      if (said === "hang_up") return request.socket.destroy();
      if (said === "silence") return;
      response.writeHead(said.status ?? 200, { "content-type": "application/json", ...said.headers });
      response.end(typeof said.body === "string" ? said.body : JSON.stringify(said.body ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    // An address that TCP knows has a port.
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    next,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
