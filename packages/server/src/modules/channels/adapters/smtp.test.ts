import { createHash, createVerify, generateKeyPairSync, type KeyObject } from "node:crypto";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { simpleParser } from "mailparser";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startMailStandIn, TEST_CERTIFICATE, type MailStandIn } from "../../../platform/mail/mail-stand-in.ts";
import { createMailLines } from "../../../platform/mail/mail-lines.ts";
import { openedFor, openOutbound } from "./adapter-bench.ts";
import { createSmtpAdapter } from "./smtp.ts";

const NOW_MS = Date.UTC(2026, 6, 16, 12);
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const dkimKey = rsa.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const lines = createMailLines({ outbound: openOutbound(), trustedRoots: TEST_CERTIFICATE });
const adapter = createSmtpAdapter({ mailLines: lines, nowMs: () => NOW_MS });
const signal = new AbortController().signal;
const message = {
  channel: "email",
  subject: `周报：收入 ↑ 8.6%，${"很长的标题".repeat(20)}\r\nBcc: thief@example.test`,
  html: `<p>您好 <b>李雷</b></p>\n${"x".repeat(2_000)}`,
  text: "您好 李雷\n.\n单独一点",
  unsubscribeUrl: "https://t.example.test/u/abc",
} as const;

let server: MailStandIn;
beforeAll(async () => {
  server = await startMailStandIn();
});
afterAll(async () => {
  lines.close();
  await server.stop();
});
beforeEach(() => {
  server.received.length = 0;
});

function provider(rest: object = {}, secrets: Readonly<Record<string, string>> = { password: "tea", dkimKey }) {
  const settings = {
    host: "localhost",
    port: server.port,
    security: "starttls",
    user: "ops",
    from: "叠翠茶铺 <news@example.test>",
    dkim: { domain: "example.test", selector: "s1" },
    ...rest,
  };
  return openedFor<"smtp">("email", "smtp", settings, secrets);
}
const send = (to: string, reference = "r1", by = provider()) => adapter.send(by, { reference, to, message }, signal);

/** Judges a DKIM-Signature (RFC 6376, relaxed/relaxed, rsa-sha256) from the received bytes alone. */
function isDkimSigned(raw: string, key: KeyObject): boolean {
  const split = raw.indexOf("\r\n\r\n");
  const headers = raw.slice(0, split).split(/\r\n(?![ \t])/);
  const body = `${raw
    .slice(split + 4)
    .split("\r\n")
    .map((line) => line.replaceAll(/[ \t]+/g, " ").trimEnd())
    .join("\r\n")
    .replace(/(?:\r\n)*$/, "")}\r\n`;
  const relaxed = (header: string): string => {
    const at = header.indexOf(":");
    return `${header.slice(0, at).trim().toLowerCase()}:${header
      .slice(at + 1)
      .replaceAll(/\r\n/g, "")
      .replaceAll(/[ \t]+/g, " ")
      .trim()}`;
  };
  const signature = headers.find((header) => /^dkim-signature:/i.test(header)) ?? "";
  const tags = new Map(
    relaxed(signature)
      .slice("dkim-signature:".length)
      .split(";")
      .map((tag): [string, string] => {
        const at = tag.indexOf("=");
        return [tag.slice(0, at).trim(), tag.slice(at + 1).trim()];
      }),
  );
  if (createHash("sha256").update(body).digest("base64") !== tags.get("bh")) return false;
  const named = (tags.get("h") ?? "")
    .split(":")
    .map((name) => headers.findLast((header) => header.toLowerCase().startsWith(`${name}:`)) ?? "");
  const text = [...named.map(relaxed), relaxed(signature).replace(/b=[^;]*$/, "b=")].join("\r\n");
  return createVerify("RSA-SHA256")
    .update(text)
    .verify(key, tags.get("b") ?? "", "base64");
}

/** What a server that does not give enhanced codes says of an address. */
const WORDS: Readonly<Record<string, string>> = {
  "spam@example.test": "5.7.1 policy",
  "rbl@example.test": "Mailbox unavailable: blocked by RBL",
  "user-unknown@example.test": "<user-unknown@example.test> not now",
  "other@example.test": "5.1.0 rejected",
  "denied@example.test": "Mailbox unavailable or access denied",
  "left@example.test": "No such user here",
};

describe("a letter", () => {
  test("arrives whole, signed for its domain, with a stable id and one click to end it", async () => {
    expect(await send("李雷 <li.lei@例子.test>")).toEqual({ outcome: "accepted", providerRef: null });
    const raw = server.received[0]?.raw ?? "";
    const mail = await simpleParser(raw);
    expect(mail.subject).toBe(message.subject.replace("\r\n", " "));
    expect([mail.text?.trim(), mail.html]).toEqual([message.text, message.html]);
    expect([mail.from?.text, mail.messageId, mail.date?.getTime()]).toEqual([
      '"叠翠茶铺" <news@example.test>',
      "<r1@example.test>",
      NOW_MS,
    ]);
    expect(raw).toMatch(/^List-Unsubscribe: <https:\/\/t\.example\.test\/u\/abc>\r$/m);
    expect(raw).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m);
    expect(raw).not.toMatch(/^Bcc:/m);
    expect(isDkimSigned(raw, rsa.publicKey)).toBe(true);
    expect(isDkimSigned(raw.replace("r1@example.test", "r2@example.test"), rsa.publicKey)).toBe(false);
    expect(raw).toMatch(/^To: <li\.lei@xn--fsqu00a\.test>\r$/m);
    expect(server.received[0]).toMatchObject({ secure: true, user: "ops" });
    expect(raw.split("\r\n").every((line) => line.length <= 998)).toBe(true);
  });

  test("goes out without a signature, and without a way out of what a person asked for", async () => {
    const plain = { ...message, unsubscribeUrl: undefined };
    await adapter.send(provider({ dkim: undefined }), { reference: "r1", to: "a@example.test", message: plain }, signal);
    expect(server.received[0]?.raw).not.toMatch(/^(?:DKIM-Signature|List-Unsubscribe)/m);
  });

  test("that waits for a line no longer than its deadline was not begun", async () => {
    const { port, stop, heard } = await startCutting("\r\n.\r\n", "silence");
    const by = { ...provider({ port, security: "none", user: "", connections: 1 }), id: "full" };
    const stopping = new AbortController();
    const first = adapter.send(by, { reference: "r1", to: "a@example.test", message }, stopping.signal);
    await expect.poll(heard, { timeout: 10_000 }).toContain("\r\n.\r\n");
    const second = new AbortController();
    const waiting = adapter.send(by, { reference: "r2", to: "b@example.test", message }, second.signal);
    second.abort();
    expect(await waiting).toEqual({ outcome: "retry", code: "smtp_stopped" });
    stopping.abort();
    expect(await first).toEqual({ outcome: "unknown", code: "smtp_stopped" });
    await stop();
  });

  test("shares lines with others, and each arrives once", async () => {
    const sent = await Promise.all(Array.from({ length: 60 }, (_, n) => send(`u${n}@example.test`, `r${n}`, provider({ connections: 4 }))));
    expect(new Set(sent.map(({ outcome }) => outcome))).toEqual(new Set(["accepted"]));
    expect(new Set(server.received.map(({ raw }) => /^Message-ID: (.*)\r$/m.exec(raw)?.[1])).size).toBe(60);
    expect(server.received).toHaveLength(60);
  });

  test("is refused, put off or lost, and says which of them", async () => {
    server.refuseWith.push(451, 554);
    expect(await send("a@example.test")).toEqual({ outcome: "retry", code: "smtp_451" });
    expect(await send("a@example.test")).toEqual({ outcome: "refused", code: "smtp_554" });
    expect(await send("a@example.test")).toMatchObject({ outcome: "accepted" });
    expect(await send("not an address")).toEqual({ outcome: "refused", code: "smtp_address", addressFault: "invalid" });
    expect(await send("a@example.test", "r1", { ...provider({}, { password: "coffee", dkimKey }), id: "2" })).toEqual({
      outcome: "retry",
      code: "smtp_535",
      afterMs: 60_000,
    });
    expect(await send("a@example.test", "r1", { ...provider({ port: 1 }), id: "3" })).toMatchObject({ outcome: "retry" });
  });

  test("to nobody the server knows tells that the address is why", async () => {
    const strict = await startMailStandIn({
      onRcptTo: ({ address }, _session, done) =>
        address.startsWith("gone")
          ? done(Object.assign(new Error("5.1.1 no such user"), { responseCode: 550 }))
          : done(WORDS[address] === undefined ? null : Object.assign(new Error(WORDS[address]), { responseCode: 550 })),
    });
    const own = createMailLines({ outbound: openOutbound(), trustedRoots: TEST_CERTIFICATE });
    const strictly = createSmtpAdapter({ mailLines: own, nowMs: () => NOW_MS });
    const to = (address: string) => strictly.send(provider({ port: strict.port }), { reference: "r1", to: address, message }, signal);
    expect(await to("gone@example.test")).toEqual({ outcome: "refused", code: "smtp_5.1.1", addressFault: "invalid" });
    expect(await to("spam@example.test")).toEqual({ outcome: "refused", code: "smtp_5.7.1" });
    // Without an enhanced code only words tell the mailbox from the sender.
    for (const judged of ["rbl@example.test", "user-unknown@example.test", "other@example.test", "denied@example.test"])
      expect(await to(judged)).toEqual({ outcome: "refused", code: expect.stringMatching(/^smtp_5/) });
    expect(await to("left@example.test")).toMatchObject({ code: "smtp_550", addressFault: "invalid" });
    expect(await to("here@example.test")).toMatchObject({ outcome: "accepted" });
    expect(strict.received).toHaveLength(1);
    own.close();
    await strict.stop();
  });

  test("whose line is lost after it began is unknown and not sent again; before, it may be", async () => {
    for (const [cutAt, outcome] of [
      ["\r\n.\r\n", "unknown"],
      ["RCPT TO", "retry"],
    ] as const) {
      const { port, letters, stop } = await startCutting(cutAt);
      const by = { ...provider({ port, security: "none", user: "" }), id: `cut ${outcome}` };
      expect(await send("a@example.test", "r1", by)).toMatchObject({ outcome });
      expect(letters()).toBe(outcome === "unknown" ? 1 : 0);
      await stop();
    }
  });

  test("that is stopped while the server is silent says whether it may have been heard", async () => {
    const { port, stop, heard } = await startCutting("\r\n.\r\n", "silence");
    const stopping = new AbortController();
    const by = { ...provider({ port, security: "none", user: "" }), id: "silent" };
    const waiting = adapter.send(by, { reference: "r1", to: "a@example.test", message }, stopping.signal);
    await expect.poll(heard, { timeout: 10_000 }).toContain("\r\n.\r\n");
    stopping.abort();
    expect(await waiting).toEqual({ outcome: "unknown", code: "smtp_stopped" });
    await stop();
  });
});

/** A mail server that falls silent, or hangs up, when it has heard some words. */
async function startCutting(words: string, then: "hang_up" | "silence" = "hang_up") {
  let letters = 0;
  let all = "";
  const cutting = createServer((socket) => {
    let text = "";
    let inLetter = false;
    socket.on("error", () => undefined);
    socket.write("220 cut.test\r\n");
    socket.on("data", (chunk) => {
      text += chunk.toString("utf8");
      all += chunk.toString("utf8");
      if (text.includes("\r\n.\r\n")) letters += 1;
      if (text.includes(words)) {
        if (then === "hang_up") socket.destroy();
        return;
      }
      for (let end = text.indexOf("\r\n"); end >= 0 && !inLetter; end = text.indexOf("\r\n")) {
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        inLetter = line === "DATA";
        socket.write(inLetter ? "354 go\r\n" : "250 ok\r\n");
      }
    });
  });
  await new Promise<void>((resolve) => cutting.listen(0, "127.0.0.1", resolve));
  return {
    // An address that TCP knows has a port.
    port: (cutting.address() as AddressInfo).port,
    letters: () => letters,
    heard: () => all,
    stop: () => new Promise<void>((resolve) => cutting.close(() => resolve())),
  };
}
