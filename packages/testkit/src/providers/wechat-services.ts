import { startStandIn, type Said, type StandIn } from "./stand-in.ts";

type Posted = { readonly path: string; readonly body: Record<string, unknown> };
export type WechatStandIn = StandIn & { readonly taken: Posted[]; readonly expire: () => void; readonly tokensGiven: () => number };

const REFUSALS = new Map([
  ["nobody", 40003],
  ["refuses", 43101],
  ["left", 43004],
]);
type Asking = (query: URLSearchParams, body: Record<string, unknown>) => { readonly app: unknown; readonly secret: unknown };
const TOKEN_PATHS = new Map<string, Asking>([
  ["/cgi-bin/stable_token", (_query, body) => ({ app: body["appid"], secret: body["secret"] })],
  ["/cgi-bin/gettoken", (query) => ({ app: query.get("corpid"), secret: query.get("corpsecret") })],
]);

/** WeChat's and WeCom's APIs: a token that ends when it is told to, and messages to people who are known. */
export async function startWechat(app: string, secret: string): Promise<WechatStandIn> {
  const taken: Posted[] = [];
  const seen = new Set<string>();
  let token = "";
  let given = 0;
  const give = (): Said => {
    token ||= `token-${(given += 1)}`;
    return { body: { errcode: 0, access_token: token, expires_in: 7200 } };
  };
  const standIn = await startStandIn((heard): Said => {
    const body = JSON.parse(heard.body.toString("utf8") || "{}") as Record<string, unknown>;
    const asked = TOKEN_PATHS.get(heard.path)?.(heard.query, body);
    if (asked !== undefined) return asked.app === app && asked.secret === secret ? give() : { body: { errcode: 40125 } };
    if (heard.query.get("access_token") !== token) return { body: { errcode: 42001 } };
    const refusal = REFUSALS.get(String(body["touser"]));
    if (refusal !== undefined) return { body: { errcode: refusal } };
    if (heard.path.endsWith("get_groupmsg_send_result")) return sendResult(body["userid"]);
    const once = `${String(body["touser"])} ${String(body["client_msg_id"])}`;
    if (body["client_msg_id"] !== undefined && seen.has(once)) return { body: { errcode: 45065 } };
    seen.add(once);
    taken.push({ path: heard.path, body });
    return { body: { errcode: 0, msgid: taken.length, fail_list: [body["external_userid"]].flat().filter((id) => id === "wm-limit") } };
  });
  return { ...standIn, taken, expire: () => (token = ""), tokensGiven: () => given };
}

/** Of two customers the staff has written to one. */
function sendResult(userid: unknown): Said {
  const rows = [
    { external_userid: "wm1", userid, status: 1 },
    { external_userid: "wm2", userid, status: 0 },
  ];
  return { body: { errcode: 0, send_list: rows } };
}
