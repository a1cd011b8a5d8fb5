import type { SettingsOf } from "@terrace/contract/api/channel-settings";
import type { Json } from "@terrace/domain/json";
import type { SendOutcome } from "@terrace/domain/messages/delivery";
import type { OpenedProvider } from "../opened-provider.ts";
import { accepted, badAddress, refused, retry, unknown, WAIT_MS, type Adapter, type Found, type LookedUp } from "./adapter.ts";
import { byStatus, objectIn, textAt, valueAt, type Answer, type ProviderCall } from "./provider-call.ts";
import { createTokens, type FetchedToken, type Tokens } from "./tokens.ts";

const ENDPOINT = "https://qyapi.weixin.qq.com";
type Wecom = OpenedProvider<SettingsOf<"wecom_customer">>;
type Deps = { readonly call: ProviderCall; readonly nowMs: () => number };
type Reach = { readonly call: ProviderCall; readonly tokens: Tokens<Wecom> };

/**
 * Messages to customers in WeCom. The provider takes an order that a member of staff confirms in the app: accepted means that the order is there, and
 * whether it was sent can be looked up. https://developer.work.weixin.qq.com/document/path/92135
 */
export function createWecomAdapter(deps: Deps): Adapter<"wecom_customer", "wecom"> {
  const reach: Reach = { call: deps.call, tokens: tokensOf(deps) };
  return {
    send: async (provider, { to, message }, signal) => {
      const { link } = message;
      const body = {
        chat_type: "single",
        external_userid: [to],
        sender: provider.settings.staff,
        text: { content: message.text },
        ...(link === undefined ? {} : { attachments: [{ msgtype: "link", link: { title: link.title, url: link.url } }] }),
      };
      const called = await ask(reach, provider, { action: "add_msg_template", body }, signal);
      return "failed" in called ? called.failed : outcomeOf(called.answer);
    },
    lookup: (provider, asked, signal) => lookUp(reach, provider, asked, signal),
  };
}

async function ask(
  { call, tokens }: Reach,
  provider: Wecom,
  { action, body }: { readonly action: string; readonly body: object },
  signal: AbortSignal,
): Promise<{ readonly answer: Answer } | { readonly failed: SendOutcome }> {
  const attempt = async () => {
    const token = await tokens.of(provider, signal);
    if ("failed" in token) return token;
    const address = `${originOf(provider)}/cgi-bin/externalcontact/${action}?access_token=${encodeURIComponent(token.token)}`;
    const called = await call(
      address,
      { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) },
      signal,
    );
    const isOld = "answer" in called && OLD_TOKEN.has(textAt(objectIn(called.answer.body), "errcode"));
    if (isOld) tokens.forget(provider, token.token);
    return { ...called, isOld };
  };
  const first = await attempt();
  // A token that is not taken is judged before the order: nothing was done.
  return "isOld" in first && first.isOld ? attempt() : first;
}

function tokensOf({ call, nowMs }: Deps): Tokens<Wecom> {
  return createTokens<Wecom>({ nowMs }, async (provider): Promise<FetchedToken> => {
    const query = new URLSearchParams({ corpid: provider.settings.corpId, corpsecret: provider.secrets["secret"] ?? "" });
    const called = await call(
      `${originOf(provider)}/cgi-bin/gettoken?${query.toString()}`,
      { method: "GET" },
      new AbortController().signal,
    );
    if ("failed" in called) return called;
    const answer = objectIn(called.answer.body);
    const token = textAt(answer, "access_token");
    if (token === "") return { failed: retry(`wecom_token_${textAt(answer, "errcode") || called.answer.status}`, WAIT_MS) };
    return { token, livesMs: Number(textAt(answer, "expires_in") || 0) * 1_000 };
  });
}

function originOf({ settings }: Wecom): string {
  return new URL(settings.endpoint ?? ENDPOINT).origin;
}

/** https://developer.work.weixin.qq.com/document/path/90313 */
const OLD_TOKEN = new Set(["40001", "40014", "42001"]);
const LATER = new Set(["45009", "45033", ...OLD_TOKEN]);
const NO_CUSTOMER = new Set(["40096", "84061"]);

function outcomeOf(answer: Answer): SendOutcome {
  const body = objectIn(answer.body);
  const said = textAt(body, "errcode");
  const code = `wecom_${said}`;
  if (said === "") return byStatus(answer, "wecom") ?? unknown("wecom_unreadable");
  if (NO_CUSTOMER.has(said)) return badAddress(code);
  // Busy: it is not said whether before or after the order was taken.
  if (said === "-1") return unknown(code);
  if (LATER.has(said)) return retry(code, WAIT_MS);
  if (said !== "0") return refused(code);
  const failed = valueAt(body, "fail_list");
  return Array.isArray(failed) && failed.length > 0 ? refused("wecom_fail_list") : accepted(textAt(body, "msgid") || null);
}

/** Whether the member of staff sent it. An order that is not known by its number cannot be looked up: it carries no reference of ours. */
async function lookUp(reach: Reach, provider: Wecom, asked: LookedUp, signal: AbortSignal): Promise<Found> {
  if (asked.providerRef === undefined) return "unknown";
  const body = { msgid: asked.providerRef, userid: provider.settings.staff };
  const called = await ask(reach, provider, { action: "get_groupmsg_send_result", body }, signal);
  const answer = "failed" in called ? undefined : objectIn(called.answer.body);
  if (textAt(answer, "errcode") !== "0") return "unknown";
  const list = valueAt(answer, "send_list");
  const rows: readonly Json[] = Array.isArray(list) ? list : [];
  const ours = rows.find((row) => textAt(row, "external_userid") === asked.to);
  if (ours === undefined) return "unknown";
  // 0: not confirmed yet; 2 and 3: refused by the customer's own limits. The order is there in either case.
  return textAt(ours, "status") === "1" ? "delivered" : "sent";
}
