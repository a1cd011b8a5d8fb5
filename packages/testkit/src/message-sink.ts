import type { SendOutcome } from "@terrace/domain/messages/delivery";
import type { Carrier, Provider } from "@terrace/server/modules/messages/module";
import { Agent, createServer, request, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** What a sink was handed. */
export type Received = { readonly reference: string; readonly to: string; readonly channel: string; readonly atMs: number };
/** How a sink answers: it takes the message, takes it and never answers, says no for good, or asks to come again. */
export type SinkAnswer = "take" | "take_silently" | "refuse" | "again";

/** An HTTP server that takes messages as a provider does. It takes a reference as often as it is handed over, so that a test sees it. */
export type MessageSink = {
  readonly url: string;
  readonly received: readonly Received[];
  answer: (reference: string) => SinkAnswer;
  readonly close: () => Promise<void>;
};

export async function startMessageSink(): Promise<MessageSink> {
  const received: Received[] = [];
  const server = createServer((incoming, response) => {
    if (incoming.method === "GET") {
      const known = received.some(({ reference }) => incoming.url === `/${reference}`);
      response.writeHead(known ? 200 : 404).end();
      return;
    }
    void textOf(incoming).then((text) => {
      const told = JSON.parse(text) as Omit<Received, "atMs">;
      const answer = sink.answer(told.reference);
      if (answer === "take" || answer === "take_silently") received.push({ ...told, atMs: Date.now() });
      if (answer === "take_silently") return;
      response.writeHead(answer === "take" ? 200 : answer === "refuse" ? 422 : 503, { "content-type": "text/plain" });
      response.end(`p-${told.reference}`);
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const sink: MessageSink = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer: () => "take",
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return sink;
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  let text = "";
  incoming.setEncoding("utf8");
  for await (const part of incoming) text += String(part);
  return text;
}

/** What a sink's provider allows, and what of it differs from one that takes 128 at once for 10 s each. */
export type SinkProvider = Pick<Provider, "repeating" | "repeatableForMs" | "ratePerSecond"> &
  Partial<Pick<Provider, "atOnce" | "handoverMs" | "trust">>;

/** Hands messages of some channels over to a sink. */
export function sinkCarrier(url: string, allows: SinkProvider, channels: readonly string[] = ["sms", "email"]): Carrier {
  const provider = { atOnce: 128, handoverMs: 10_000, trust: "sink", kind: "http_sms", ...allows };
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  return {
    providerFor: (_workspaceId, channel) =>
      Promise.resolve(channels.includes(channel) ? { ...provider, id: `sink-${channel}` } : undefined),
    provider: (_workspaceId, id) => Promise.resolve({ ...provider, id }),
    send: (_workspaceId, _providerId, { reference, address }, signal) =>
      new Promise<SendOutcome>((resolve) => {
        const body = JSON.stringify({ reference, to: address.value, channel: address.channel });
        const sending = request(
          `${url}/`,
          { method: "POST", agent, signal, headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body) } },
          (response) => {
            response.resume();
            response.on("end", () => resolve(outcomeOf(response.statusCode ?? 0, reference)));
            response.on("error", () => resolve({ outcome: "unknown", code: "connection" }));
          },
        );
        sending.on("error", (error: NodeJS.ErrnoException) =>
          resolve(error.code === "ECONNREFUSED" ? { outcome: "retry", code: "connection" } : { outcome: "unknown", code: "time_out" }),
        );
        sending.end(body);
      }),
    lookup: async (_workspaceId, _providerId, { reference }) => ((await fetch(`${url}/${reference}`)).status === 200 ? "sent" : "absent"),
  };
}

function outcomeOf(status: number, reference: string): SendOutcome {
  if (status === 200) return { outcome: "accepted", providerRef: `p-${reference}` };
  return status === 503 ? { outcome: "retry", code: "503" } : { outcome: "refused", code: String(status) };
}
