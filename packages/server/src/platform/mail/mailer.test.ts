import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { guardedFetch } from "../outbound/guarded-fetch.ts";
import { reachableAddresses } from "../outbound/guarded-lookup.ts";
import { readAllowList } from "../outbound/allow-list.ts";
import type { Outbound } from "../outbound/outbound.ts";
import { startMailStandIn, TEST_CERTIFICATE, type MailStandIn } from "./mail-stand-in.ts";
import { createMailer, type Letter, type MailServer } from "./mailer.ts";

let starttls: MailStandIn;
let implicit: MailStandIn;
let bare: MailStandIn;
beforeAll(async () => {
  starttls = await startMailStandIn();
  implicit = await startMailStandIn({ secure: true });
  bare = await startMailStandIn({ hideSTARTTLS: true, disabledCommands: ["STARTTLS"] });
});
afterAll(() => Promise.all([starttls, implicit, bare].map((server) => server.stop())));
beforeEach(() => {
  for (const server of [starttls, implicit, bare]) server.received.length = 0;
});

function outboundOf(allow: string): Outbound {
  const allowed = readAllowList(allow);
  const fetch: Outbound["fetch"] = (address, request = {}) => guardedFetch(address, request, allowed);
  return {
    fetch,
    fetchEvenWhenHeld: fetch,
    text: () => Promise.reject(new Error("nobody reads text here")),
    addresses: (target) => reachableAddresses(target, allowed),
    requireReleased: () => Promise.resolve(),
  };
}
const send = createMailer({ outbound: outboundOf("localhost"), trustedRoots: TEST_CERTIFICATE });
const letter: Letter = {
  to: ["lead@example.test", "ops@example.test"],
  subject: "周报：收入 ↑ 8.6%",
  text: "收入 ¥64.8 万",
  html: "<p>收入 <b>¥64.8 万</b></p>",
  attachments: [{ name: "周报.pdf", type: "application/pdf", bytes: Buffer.from("%PDF-1.7") }],
  messageId: "notice-1-2",
};
function serverAt(port: number, rest: Partial<MailServer> = {}): MailServer {
  return { host: "localhost", port, security: "starttls", user: "ops", password: "tea", from: "梯田 <reports@example.test>", ...rest };
}

describe("a letter", () => {
  test("arrives over STARTTLS, signed in, with text, HTML and a file, to everyone named", async () => {
    expect(await send(serverAt(starttls.port), letter)).toEqual({ outcome: "delivered", refused: [] });
    const [got] = starttls.received;
    expect(got).toMatchObject({ to: letter.to, secure: true, user: "ops" });
    expect(got?.raw).toContain("Message-ID: <notice-1-2@example.test>");
    expect(got?.raw).toContain("multipart/alternative");
    expect(got?.raw).toContain(Buffer.from("%PDF-1.7").toString("base64"));
    expect(got?.raw).toContain("Auto-Submitted: auto-generated");
  });

  test("arrives over TLS from the start, and without any to a relay of one's own", async () => {
    expect(await send(serverAt(implicit.port, { security: "tls" }), letter)).toMatchObject({ outcome: "delivered" });
    expect(await send(serverAt(bare.port, { security: "none", user: undefined }), letter)).toMatchObject({ outcome: "delivered" });
    expect([implicit.received[0]?.secure, bare.received[0]?.secure]).toEqual([true, false]);
  });

  test("is never sent in clear where STARTTLS was asked for, nor to a server whose certificate nobody vouches for", async () => {
    expect(await send(serverAt(bare.port, { user: undefined }), letter)).toMatchObject({ outcome: "refused" });
    const strict = createMailer({ outbound: outboundOf("localhost") });
    expect((await strict(serverAt(starttls.port), letter)).outcome).not.toBe("delivered");
    expect([...bare.received, ...starttls.received]).toEqual([]);
  });

  test("says whether it is worth another attempt, without the server's words", async () => {
    starttls.refuseWith.push(451, 554);
    expect(await send(serverAt(starttls.port), letter)).toMatchObject({ outcome: "retry", status: 451 });
    expect(await send(serverAt(starttls.port), letter)).toMatchObject({ outcome: "refused", status: 554 });
    expect(await send(serverAt(starttls.port, { password: "coffee" }), letter)).toMatchObject({ outcome: "refused", code: "EAUTH" });
    expect(await send(serverAt(1), letter)).toMatchObject({ outcome: "retry" });
  });

  test("goes to no server that is not public", async () => {
    const guarded = createMailer({ outbound: outboundOf(""), trustedRoots: TEST_CERTIFICATE });
    expect(await guarded(serverAt(starttls.port), letter)).toEqual({ outcome: "retry", code: "outbound.not_public" });
  });

  test("takes nobody's line break for a header", async () => {
    await send(serverAt(starttls.port), { ...letter, subject: "周报\r\nBcc: thief@example.test" });
    expect(starttls.received[0]?.raw).not.toMatch(/^Bcc:/m);
    expect(starttls.received[0]?.to).toEqual(letter.to);
  });
});
