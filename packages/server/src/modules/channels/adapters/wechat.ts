import type { SettingsOf } from "@terrace/contract/api/channel-settings";
import type { SendOutcome } from "@terrace/domain/messages/delivery";
import type { OpenedProvider } from "../opened-provider.ts";
import { accepted, badAddress, refused, retry, unknown, WAIT_MS, type Adapter, type Carried } from "./adapter.ts";
import { byStatus, objectIn, textAt, type Answer, type ProviderCall } from "./provider-call.ts";
import { createTokens, type FetchedToken, type Tokens } from "./tokens.ts";

const ENDPOINT = "https://api.weixin.qq.com";
type Wechat = OpenedProvider<SettingsOf<"wechat_template"> | SettingsOf<"wechat_subscription">>;
type Deps = { readonly call: ProviderCall; readonly nowMs: () => number };
type Reach = { readonly call: ProviderCall; readonly tokens: Tokens<Wechat> };

/** Template messages of an official account; the same `client_msg_id` to the same person is sent once within ten minutes. https://developers.weixin.qq.com/doc/service/api/notify/template/api_sendtemplatemessage */
export function createWechatTemplateAdapter(deps: Deps): Adapter<"wechat_template", "wechat"> {
  const reach: Reach = { call: deps.call, tokens: tokensOf(deps) };
  return {
    send: (provider, carried, signal) => {
      const { templateId, data, link, miniProgram } = carried.message;
      const body = {
        touser: carried.to,
        template_id: templateId,
        client_msg_id: carried.reference,
        ...(link === undefined ? {} : { url: link }),
        ...(miniProgram === undefined ? {} : { miniprogram: { appid: miniProgram.appId, pagepath: miniProgram.page } }),
        data: valuesOf(data),
      };
      return post(reach, provider, { path: "/cgi-bin/message/template/send", body }, signal);
    },
  };
}

/** Subscription messages, of an official account (bizsend) or a mini program (send); each use takes one grant of the person. */
export function createWechatSubscriptionAdapter(deps: Deps): Adapter<"wechat_subscription", "wechat"> {
  const reach: Reach = { call: deps.call, tokens: tokensOf(deps) };
  return {
    send: (provider, carried, signal) => {
      const isMini = provider.settings.platform === "mini_program";
      const body = {
        touser: carried.to,
        template_id: carried.message.templateId,
        ...target(carried, isMini),
        data: valuesOf(carried.message.data),
      };
      const path = `/cgi-bin/message/subscribe/${isMini ? "send" : "bizsend"}`;
      return post(reach, provider, { path, body }, signal);
    },
  };
}

function target({ message: { link, miniProgram } }: Carried<"wechat">, isMini: boolean): object {
  if (isMini) return miniProgram === undefined ? {} : { page: miniProgram.page };
  const program = miniProgram === undefined ? {} : { miniprogram: { appid: miniProgram.appId, pagepath: miniProgram.page } };
  return link === undefined ? program : { page: link, ...program };
}

function valuesOf(data: Readonly<Record<string, string>>): object {
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, { value }]));
}

async function post(
  { call, tokens }: Reach,
  provider: Wechat,
  { path, body }: { readonly path: string; readonly body: object },
  signal: AbortSignal,
): Promise<SendOutcome> {
  const attempt = async (): Promise<{ readonly outcome: SendOutcome; readonly tokenIsOld: boolean }> => {
    const token = await tokens.of(provider, signal);
    if ("failed" in token) return { outcome: token.failed, tokenIsOld: false };
    const address = `${originOf(provider)}${path}?access_token=${encodeURIComponent(token.token)}`;
    const called = await call(
      address,
      { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) },
      signal,
    );
    if ("failed" in called) return { outcome: called.failed, tokenIsOld: false };
    const tokenIsOld = OLD_TOKEN.has(textAt(objectIn(called.answer.body), "errcode"));
    if (tokenIsOld) tokens.forget(provider, token.token);
    return { outcome: outcomeOf(called.answer), tokenIsOld };
  };
  const first = await attempt();
  // A token that is not taken is judged before the message: nothing was sent, and a new token may be.
  return first.tokenIsOld ? (await attempt()).outcome : first.outcome;
}

/** `stable_token` gives every process the same one, where `token` would take it away from the others. */
function tokensOf({ call, nowMs }: Deps): Tokens<Wechat> {
  return createTokens<Wechat>({ nowMs }, async (provider): Promise<FetchedToken> => {
    const body = JSON.stringify({
      grant_type: "client_credential",
      appid: provider.settings.appId,
      secret: provider.secrets["appSecret"] ?? "",
    });
    const headers = { "content-type": "application/json" };
    const called = await call(
      `${originOf(provider)}/cgi-bin/stable_token`,
      { method: "POST", headers, body },
      new AbortController().signal,
    );
    if ("failed" in called) return called;
    const answer = objectIn(called.answer.body);
    const token = textAt(answer, "access_token");
    if (token === "") return { failed: retry(`wechat_token_${textAt(answer, "errcode") || called.answer.status}`, WAIT_MS) };
    return { token, livesMs: Number(textAt(answer, "expires_in") || 0) * 1_000 };
  });
}

function originOf({ settings }: Wechat): string {
  return new URL(settings.endpoint ?? ENDPOINT).origin;
}

/** https://developers.weixin.qq.com/doc/oplatform/Return_codes/Return_code_descriptions_new.html */
const OLD_TOKEN = new Set(["40001", "40014", "42001"]);
const LATER = new Set(["45009", "45011", ...OLD_TOKEN]);

function outcomeOf(answer: Answer): SendOutcome {
  const body = objectIn(answer.body);
  const said = textAt(body, "errcode");
  const code = `wechat_${said}`;
  if (said === "") return byStatus(answer, "wechat") ?? unknown("wechat_unreadable");
  // 45065: the same client_msg_id was taken before.
  if (said === "0" || said === "45065") return accepted(textAt(body, "msgid") || null);
  if (said === "40003") return badAddress(code);
  // Whoever does not follow the account gets nothing of it; 43101 is a grant of one template, and says nothing of others.
  if (said === "43004") return badAddress(code, "unsubscribed");
  // Busy: it is not said whether before or after the message was taken.
  if (said === "-1") return unknown(code);
  return LATER.has(said) ? retry(code, WAIT_MS) : refused(code);
}
