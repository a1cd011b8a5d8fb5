import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { startStandIn, type Said, type StandIn } from "@terrace/testkit/providers/stand-in";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openedFor, openOutbound } from "./adapter-bench.ts";
import { createHttpSmsAdapter } from "./http-sms.ts";
import { createProviderCall } from "./provider-call.ts";
import { createTokens } from "./tokens.ts";

const call = createProviderCall(openOutbound("127.0.0.1,192.0.2.1"));
const never = new AbortController().signal;
let service: StandIn;
let said: Said = {};
beforeAll(async () => {
  service = await startStandIn(() => said);
});
afterAll(() => service.stop());

const outcomeOf = async (address: string, signal = never, headers: Readonly<Record<string, string>> = {}) => {
  const called = await call(address, { method: "POST", body: "x", headers }, signal);
  return "failed" in called ? called.failed : called.answer.status;
};

test("what was certainly not heard may be handed over again", async () => {
  const heard = service.heard.length;
  expect(await outcomeOf(service.origin, AbortSignal.abort())).toEqual({ outcome: "retry", code: "late" });
  expect(await outcomeOf("http://127.0.0.1:1/")).toEqual({ outcome: "retry", code: "ECONNREFUSED" });
  expect(await outcomeOf("http://nowhere.invalid/")).toEqual({ outcome: "retry", code: "outbound.unknown_host" });
  expect(await outcomeOf("http://192.0.2.1/", AbortSignal.timeout(100))).toMatchObject({ outcome: "retry" });
  const dumb = createServer();
  await new Promise<void>((resolve) => dumb.listen(0, "127.0.0.1", resolve));
  // An address that TCP knows has a port.
  const secure = `https://127.0.0.1:${(dumb.address() as AddressInfo).port}/`;
  expect(await outcomeOf(secure, AbortSignal.timeout(100))).toMatchObject({ outcome: "retry" });
  dumb.close();
  expect(service.heard).toHaveLength(heard);
});

test("what was heard and not answered is unknown", async () => {
  said = "silence";
  const stopping = new AbortController();
  const waiting = outcomeOf(service.origin, stopping.signal);
  const heard = service.heard.length;
  await expect.poll(() => service.heard.length).toBe(heard + 1);
  stopping.abort();
  expect(await waiting).toMatchObject({ outcome: "unknown" });
  said = "hang_up";
  expect(await outcomeOf(service.origin)).toMatchObject({ outcome: "unknown" });
});

test("what no request can carry is refused and not tried again", async () => {
  said = { body: { code: 0 } };
  const settings = { url: `${service.origin}/`, headers: { "x-text": "{{text}}" }, body: "{}", success: { statusBelow: 300 } };
  const provider = openedFor<"http_sms">("sms", "http_sms", settings, {});
  const send = (text: string) =>
    createHttpSmsAdapter({ call }).send(provider, { reference: "r", to: "+8613800138000", message: { channel: "sms", text } }, never);
  expect(await send("您好")).toEqual({ outcome: "refused", code: "ERR_INVALID_CHAR" });
  expect(await send("hello")).toEqual({ outcome: "accepted", providerRef: null });
});

test("a token that comes too late hands nothing over; whoever asks later has it", async () => {
  const provider = openedFor<"fcm">("push", "fcm", { projectId: "p", clientEmail: "a@example.test" }, { privateKey: "" });
  const { promise, resolve } = Promise.withResolvers<void>();
  let asked = 0;
  const tokens = createTokens({ nowMs: () => 0 }, async () => {
    asked += 1;
    await promise;
    return { token: "t", livesMs: 3_600_000 };
  });
  const stopping = new AbortController();
  const waiting = tokens.of(provider, stopping.signal);
  stopping.abort();
  expect(await waiting).toEqual({ failed: { outcome: "retry", code: "token_late" } });
  resolve();
  expect(await tokens.of(provider, never)).toMatchObject({ token: "t" });
  expect(asked).toBe(1);
});
