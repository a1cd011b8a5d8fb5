// Handing messages over, against a bare loop of the same library in the same run: node bench/channels.ts [--letters 4000] [--calls 20000]
import { fork } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openedFor, openOutbound } from "@terrace/server/modules/channels/adapters/adapter-bench";
import { createHttpSmsAdapter } from "@terrace/server/modules/channels/adapters/http-sms";
import { createProviderCall } from "@terrace/server/modules/channels/adapters/provider-call";
import { createSmtpAdapter } from "@terrace/server/modules/channels/adapters/smtp";
import { createMailLines } from "@terrace/server/platform/mail/mail-lines";
import { createTransport } from "nodemailer";
import { SMTPServer } from "smtp-server";

const { values, positionals } = parseArgs({
  options: { letters: { type: "string", default: "4000" }, calls: { type: "string", default: "20000" } },
  allowPositionals: true,
});
const LINES = 8;
const AT_ONCE = 32;
const html = `<html><body>${"<p>您好，订单 123 已发出</p>".repeat(50)}</body></html>`;
const text = "您好，订单 123 已发出 ".repeat(40);

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});

if (positionals[0] === "sink") await sink();
else await measure();

/** The other side, in a process of its own: takes everything and answers at once. */
async function sink(): Promise<void> {
  const mail = new SMTPServer({
    disabledCommands: ["STARTTLS", "AUTH"],
    hideSTARTTLS: true,
    onData: (stream, _session, done) => stream.resume().on("end", () => done()),
  });
  const http = createServer((incoming, response) => incoming.resume().on("end", () => response.end('{"code":"0"}')));
  await new Promise<void>((resolve) => mail.listen(0, "127.0.0.1", resolve));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  // Addresses that TCP knows have ports.
  process.send?.([(mail.server.address() as AddressInfo).port, (http.address() as AddressInfo).port]);
  process.once("disconnect", () => process.exit(0));
}

async function measure(): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), ["sink"]);
  const [mailPort, httpPort] = await new Promise<[number, number]>((resolve) =>
    child.once("message", (ports) => resolve(ports as [number, number])),
  );
  const [letters, calls] = [Number(values.letters), Number(values.calls)];
  for (const round of [1, 2]) {
    console.log(`round ${round}`);
    report("SMTP with DKIM", await smtpBare(mailPort, letters), await smtpOurs(mailPort, letters));
    report("HTTP", await httpBare(httpPort, calls), await httpOurs(httpPort, calls));
  }
  child.disconnect();
}

type Measured = { readonly perSecond: number; readonly cpuMs: number };

function report(what: string, bare: Measured, ours: Measured): void {
  const shown = ({ perSecond, cpuMs }: Measured): string => `${Math.round(perSecond)}/s, ${cpuMs.toFixed(3)} ms of this process each`;
  console.log(`${what}: bare ${shown(bare)}; ours ${shown(ours)}; ours ÷ bare ${(ours.perSecond / bare.perSecond).toFixed(2)}`);
}

async function run(count: number, one: (n: number) => Promise<void>): Promise<Measured> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await one((next += 1));
  };
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const used = process.cpuUsage(cpu);
  return { perSecond: (count * 1_000) / (performance.now() - began), cpuMs: (used.user + used.system) / 1_000 / count };
}

/** nodemailer's own pool, composer and DKIM. */
async function smtpBare(port: number, count: number): Promise<Measured> {
  const dkim = { domainName: "example.test", keySelector: "s1", privateKey };
  const transport = createTransport({
    host: "127.0.0.1",
    port,
    pool: true,
    maxConnections: LINES,
    maxMessages: Infinity,
    ignoreTLS: true,
    dkim,
  });
  const measured = await run(count, async (n) => {
    await transport.sendMail({
      from: "news@example.test",
      to: `u${n}@example.test`,
      subject: `周报 ${n}`,
      text,
      html,
      messageId: `<m${n}@example.test>`,
    });
  });
  transport.close();
  return measured;
}

async function smtpOurs(port: number, count: number): Promise<Measured> {
  const settings = {
    host: "127.0.0.1",
    port,
    security: "none",
    from: "news@example.test",
    dkim: { domain: "example.test", selector: "s1" },
    connections: LINES,
  };
  const provider = openedFor<"smtp">("email", "smtp", settings, { dkimKey: privateKey });
  const mailLines = createMailLines({ outbound: openOutbound() });
  const adapter = createSmtpAdapter({ mailLines, nowMs: Date.now });
  const signal = new AbortController().signal;
  const measured = await run(count, async (n) => {
    const message = { channel: "email", subject: `周报 ${n}`, text, html, unsubscribeUrl: "https://t.example.test/u" } as const;
    const { outcome } = await adapter.send(provider, { reference: `r${n}`, to: `u${n}@example.test`, message }, signal);
    if (outcome !== "accepted") throw new Error(outcome);
  });
  mailLines.close();
  return measured;
}

function bodyOf(n: number): string {
  return JSON.stringify({ to: `+86138${n}`, text, id: `r${n}` });
}

/** node's client with a keeping agent. */
async function httpBare(port: number, count: number): Promise<Measured> {
  const agent = new Agent({ keepAlive: true });
  const measured = await run(
    count,
    (n) =>
      new Promise<void>((resolve, reject) => {
        const outgoing = request(
          { port, host: "127.0.0.1", method: "POST", agent, headers: { "content-type": "application/json" } },
          (answer) => {
            let said = "";
            answer.on("data", (chunk: Buffer) => (said += chunk.toString("utf8")));
            answer.on("end", () => (said.includes("0") ? resolve() : reject(new Error(said))));
          },
        );
        outgoing.once("error", reject);
        outgoing.end(bodyOf(n));
      }),
  );
  agent.destroy();
  return measured;
}

async function httpOurs(port: number, count: number): Promise<Measured> {
  const body = '{"to":"{{to}}","text":"{{text}}","id":"{{reference}}"}';
  const settings = { url: `http://127.0.0.1:${port}/`, body, success: { statusBelow: 300, field: "code", equals: "0" } };
  const provider = openedFor<"http_sms">("sms", "http_sms", settings, {});
  const adapter = createHttpSmsAdapter({ call: createProviderCall(openOutbound()) });
  const signal = new AbortController().signal;
  return run(count, async (n) => {
    const { outcome } = await adapter.send(provider, { reference: `r${n}`, to: `+86138${n}`, message: { channel: "sms", text } }, signal);
    if (outcome !== "accepted") throw new Error(outcome);
  });
}
