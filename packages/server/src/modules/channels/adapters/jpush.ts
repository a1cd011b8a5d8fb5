import type { SettingsOf } from "@terrace/contract/api/channel-settings";
import type { SendOutcome } from "@terrace/domain/messages/delivery";
import { createGenerationCache, type GenerationCache } from "../../../platform/generation-cache.ts";
import type { OpenedProvider } from "../opened-provider.ts";
import { accepted, badAddress, refused, retry, unknown, WAIT_MS, type Adapter, type Carried } from "./adapter.ts";
import { byStatus, objectIn, textAt, valueAt, type Answer, type ProviderCall } from "./provider-call.ts";

const ENDPOINT = "https://api.jpush.cn";
/** What an application that pays nothing may ask for at once. */
const IDS_AT_ONCE = 10;
/** A cid counts for a day; one that is used must leave time for repeats. */
const IDS_KEPT_MS = 12 * 3_600_000;
const POOLS_MAX = 200;

type JPush = OpenedProvider<SettingsOf<"jpush">>;
type Pool = { readonly version: number; readonly untilMs: number; readonly ids: string[] };
type Deps = {
  readonly call: ProviderCall;
  readonly nowMs: () => number;
  /** The ticket of a reference that was kept before its first attempt. */
  readonly ticketOf: (provider: OpenedProvider, reference: string) => Promise<string | undefined>;
  /** Keeps a ticket for a reference, and answers with the one that is kept. */
  readonly keepTicket: (provider: OpenedProvider, reference: string, ticket: string) => Promise<string>;
};

/**
 * JPush, REST v3. The provider sends what comes under one cid once within a day; it hands cids out itself, so the one of a message is kept before its first
 * attempt. https://docs.jiguang.cn/jpush/server/push/rest_api_v3_push_advanced
 */
export function createJPushAdapter(deps: Deps): Adapter<"jpush", "push"> {
  const { call, ticketOf, keepTicket } = deps;
  const pools = createGenerationCache<Pool>(POOLS_MAX);
  return {
    send: async (provider, carried, signal) => {
      const before = await ticketOf(provider, carried.reference);
      const fresh = before === undefined ? await freshId(deps, pools, provider, signal) : undefined;
      if (fresh !== undefined && "failed" in fresh) return fresh.failed;
      const cid = fresh === undefined ? (before ?? "") : await keepTicket(provider, carried.reference, fresh.cid);
      const body = JSON.stringify({ cid, ...pushOf(provider, carried) });
      const called = await call(`${originOf(provider)}/v3/push`, { method: "POST", headers: headersOf(provider), body }, signal);
      return "failed" in called ? called.failed : outcomeOf(called.answer);
    },
  };
}

function pushOf({ settings }: JPush, { reference, to, message }: Carried<"push">): object {
  const { title, body, imageUrl, link, data } = message;
  const extras = { ...data, ...(link === undefined ? {} : { link }), reference };
  return {
    platform: "all",
    audience: { registration_id: [to] },
    notification: {
      android: { alert: body, title, extras, ...(imageUrl === undefined ? {} : { large_icon: imageUrl }) },
      ios: { alert: { title, body }, extras },
    },
    options: { apns_production: settings.production },
  };
}

async function freshId({ call, nowMs }: Deps, pools: GenerationCache<Pool>, provider: JPush, signal: AbortSignal) {
  const pool = pools.get(provider.workspaceId, provider.id);
  const kept = pool?.version === provider.version && nowMs() < pool.untilMs ? pool.ids.pop() : undefined;
  if (kept !== undefined) return { cid: kept };
  const called = await call(
    `${originOf(provider)}/v3/push/cid?count=${IDS_AT_ONCE}`,
    { method: "GET", headers: headersOf(provider) },
    signal,
  );
  // Asking for an id hands nothing over.
  if ("failed" in called) return { failed: retry("code" in called.failed ? called.failed.code : "jpush_cid") };
  const list = valueAt(objectIn(called.answer.body), "cidlist");
  const [first, ...rest] = Array.isArray(list) ? list.filter((id) => typeof id === "string") : [];
  if (first === undefined)
    return { failed: retry(`jpush_cid_${textAt(objectIn(called.answer.body), "error.code") || called.answer.status}`, WAIT_MS) };
  pools.set(provider.workspaceId, provider.id, { version: provider.version, untilMs: nowMs() + IDS_KEPT_MS, ids: rest });
  return { cid: first };
}

function originOf({ settings }: JPush): string {
  return new URL(settings.endpoint ?? ENDPOINT).origin;
}

function headersOf({ settings, secrets }: JPush): Readonly<Record<string, string>> {
  const key = Buffer.from(`${settings.appKey}:${secrets["masterSecret"] ?? ""}`).toString("base64");
  return { authorization: `Basic ${key}`, "content-type": "application/json" };
}

/** https://docs.jiguang.cn/jpush/server/push/rest_api_v3_push#http-返回码: 1011 tells that nobody has this registration id any more. */
function outcomeOf(answer: Answer): SendOutcome {
  const body = objectIn(answer.body);
  const said = textAt(body, "error.code");
  const code = `jpush_${said}`;
  if (said === "" && answer.status === 200)
    return textAt(body, "msg_id") === "" ? unknown("jpush_unreadable") : accepted(textAt(body, "msg_id"));
  if (said === "") return byStatus(answer, "jpush") ?? unknown("jpush_unreadable");
  if (said === "1011") return badAddress(code);
  if (["1000", "1030"].includes(said)) return unknown(code);
  if (["1004", "2002", "2003", "2008"].includes(said)) return retry(code, answer.retryAfterMs ?? WAIT_MS);
  return refused(code);
}
