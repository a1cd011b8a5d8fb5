import type { SettingsOf } from "@terrace/contract/api/channel-settings";
import type { Json } from "@terrace/domain/json";
import type { SendOutcome } from "@terrace/domain/messages/delivery";
import type { OpenedProvider } from "../opened-provider.ts";
import { aliyunHeaders } from "./aliyun-signature.ts";
import { accepted, badAddress, refused, retry, unknown, WAIT_MS, type Adapter, type Found } from "./adapter.ts";
import { byStatus, objectIn, textAt, valueAt, type Answer, type ProviderCall } from "./provider-call.ts";

const ENDPOINT = "https://dysmsapi.aliyuncs.com";
const VERSION = "2017-05-25";
/** Whose day counts in `SendDate`. */
const BEIJING_MS = 8 * 3_600_000;
/** A message that was taken may be seen in the list a little later. */
const SEEN_AFTER_MS = 15 * 60_000;
const PAGE_ROWS = 50;
const PAGES_MAX = 20;

type Aliyun = OpenedProvider<SettingsOf<"aliyun_sms">>;
type Deps = { readonly call: ProviderCall; readonly nowMs: () => number; readonly randomId: () => string };

/** Alibaba Cloud SMS: SendSms and QuerySendDetails of 2017-05-25. https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-sendsms */
export function createAliyunAdapter(deps: Deps): Adapter<"aliyun_sms", "sms"> {
  return {
    send: async (provider, { reference, to, message: { template, signature } }, signal) => {
      if (template === undefined) return refused("aliyun_template_missing");
      const query = {
        PhoneNumbers: numberOf(to),
        SignName: signature ?? provider.settings.signName,
        TemplateCode: template.id,
        TemplateParam: JSON.stringify(Object.fromEntries(template.params)),
        OutId: reference,
      };
      const called = await ask(deps, provider, { action: "SendSms", query }, signal);
      return "failed" in called ? called.failed : outcomeOf(called.answer);
    },
    lookup: (provider, asked, signal) => lookUp(deps, provider, asked, signal),
  };
}

function ask(
  deps: Deps,
  { settings, secrets }: Aliyun,
  { action, query }: { readonly action: string; readonly query: Readonly<Record<string, string>> },
  signal: AbortSignal,
) {
  const endpoint = new URL(settings.endpoint ?? ENDPOINT);
  const headers = aliyunHeaders(
    { host: endpoint.host, action, version: VERSION, query, atMs: deps.nowMs(), nonce: deps.randomId() },
    { id: settings.accessKeyId, secret: secrets["accessKeySecret"] ?? "" },
  );
  return deps.call(`${endpoint.origin}/?${new URLSearchParams(query).toString()}`, { method: "POST", headers }, signal);
}

/** Numbers of the mainland go without their country code, others with it and without the plus. */
function numberOf(to: string): string {
  return to.replace(/^\+86(?=1\d{10}$)/, "").replace(/^\+/, "");
}

/** https://help.aliyun.com/zh/sms/developer-reference/error-codes */
const NO_NUMBER = new Set(["isv.MOBILE_NUMBER_ILLEGAL", "MOBILE_NOT_ON_SERVICE"]);
const BLOCKED = new Set(["isv.BLACK_KEY_CONTROL_LIMIT"]);
const LATER = new Set([
  "isv.BUSINESS_LIMIT_CONTROL",
  "isv.DAY_LIMIT_CONTROL",
  "isv.AMOUNT_NOT_ENOUGH",
  "isv.OUT_OF_SERVICE",
  "isp.RAM_PERMISSION_DENY",
  "InvalidAccessKeyId.NotFound",
  "SignatureDoesNotMatch",
]);
/** A nonce that was used tells that this same request came before. */
const OPEN = new Set(["isp.SYSTEM_ERROR", "isv.SYSTEM_ERROR", "InternalError", "SignatureNonceUsed"]);

function outcomeOf(answer: Answer): SendOutcome {
  const body = objectIn(answer.body);
  const said = textAt(body, "Code");
  const code = `aliyun_${said}`;
  if (said === "OK") return accepted(textAt(body, "BizId") || null);
  if (said === "") return byStatus(answer, "aliyun") ?? unknown("aliyun_unreadable");
  if (NO_NUMBER.has(said)) return badAddress(code);
  if (BLOCKED.has(said)) return refused(code);
  if (OPEN.has(said) || said.startsWith("ServiceUnavailable")) return unknown(code);
  if (LATER.has(said) || said.startsWith("Throttling")) return retry(code, WAIT_MS);
  return refused(code);
}

/** Asks for what went to the number on the day, and looks for our reference in it. */
async function lookUp(
  deps: Deps,
  provider: Aliyun,
  asked: { readonly reference: string; readonly to: string; readonly handedOverMs: number },
  signal: AbortSignal,
): Promise<Found> {
  // An attempt shortly before midnight may be on either day.
  for (const day of new Set([dayOf(asked.handedOverMs), dayOf(asked.handedOverMs + 3_600_000)])) {
    const found = await lookUpDay(deps, provider, { ...asked, day }, signal);
    if (found !== "absent") return found;
  }
  return deps.nowMs() - asked.handedOverMs < SEEN_AFTER_MS ? "unknown" : "absent";
}

async function lookUpDay(
  deps: Deps,
  provider: Aliyun,
  asked: { readonly reference: string; readonly to: string; readonly day: string },
  signal: AbortSignal,
): Promise<Found> {
  for (let page = 1; page <= PAGES_MAX; page++) {
    const query = { PhoneNumber: numberOf(asked.to), SendDate: asked.day, PageSize: String(PAGE_ROWS), CurrentPage: String(page) };
    const called = await ask(deps, provider, { action: "QuerySendDetails", query }, signal);
    const body = "failed" in called ? undefined : objectIn(called.answer.body);
    if (textAt(body, "Code") !== "OK") return "unknown";
    const rows = rowsIn(body);
    const ours = rows.find((row) => textAt(row, "OutId") === asked.reference);
    if (ours !== undefined) return textAt(ours, "SendStatus") === "3" ? "delivered" : "sent";
    if (rows.length < PAGE_ROWS) return "absent";
  }
  return "unknown";
}

function rowsIn(body: Json | undefined): readonly Json[] {
  const rows = valueAt(body, "SmsSendDetailDTOs.SmsSendDetailDTO");
  return Array.isArray(rows) ? (rows as readonly Json[]) : [];
}

function dayOf(atMs: number): string {
  return new Date(atMs + BEIJING_MS).toISOString().slice(0, 10).replaceAll("-", "");
}
