import type { SendOutcome } from "@terrace/domain/messages/delivery";
import { accepted, badAddress, refused, retry, unknown, WAIT_MS, type Adapter } from "./adapter.ts";
import { byStatus, objectIn, textAt, type Answer, type ProviderCall } from "./provider-call.ts";
import { tencentHeaders } from "./tencent-signature.ts";

const ENDPOINT = "https://sms.tencentcloudapi.com";
const VERSION = "2021-01-11";
type Deps = { readonly call: ProviderCall; readonly nowMs: () => number };

/** Tencent Cloud SMS: SendSms of 2021-01-11. https://cloud.tencent.com/document/api/382/55981 */
export function createTencentAdapter(deps: Deps): Adapter<"tencent_sms", "sms"> {
  return {
    send: async ({ settings, secrets }, { reference, to, message: { template, signature } }, signal) => {
      if (template === undefined) return refused("tencent_template_missing");
      const endpoint = new URL(settings.endpoint ?? ENDPOINT);
      const body = JSON.stringify({
        PhoneNumberSet: [to],
        SmsSdkAppId: settings.sdkAppId,
        SignName: signature ?? settings.signName,
        TemplateId: template.id,
        TemplateParamSet: template.params.map(([, value]) => value),
        SessionContext: reference,
      });
      const headers = {
        ...tencentHeaders(
          { host: endpoint.host, service: "sms", action: "SendSms", body, atMs: deps.nowMs() },
          { id: settings.secretId, secret: secrets["secretKey"] ?? "" },
        ),
        "x-tc-version": VERSION,
        "x-tc-region": settings.region,
      };
      const called = await deps.call(`${endpoint.origin}/`, { method: "POST", headers, body }, signal);
      return "failed" in called ? called.failed : outcomeOf(called.answer);
    },
  };
}

/** https://cloud.tencent.com/document/api/382/55981#6.-.E9.94.99.E8.AF.AF.E7.A0.81 */
const NO_NUMBER = new Set(["InvalidParameterValue.IncorrectPhoneNumber", "InvalidParameterValue.InvalidPhoneNumber"]);
const BLOCKED = new Set(["FailedOperation.PhoneNumberInBlacklist"]);

function outcomeOf(answer: Answer): SendOutcome {
  const body = objectIn(answer.body);
  const fault = textAt(body, "Response.Error.Code");
  const said = fault === "" ? textAt(body, "Response.SendStatusSet.0.Code") : fault;
  if (said === "Ok") return accepted(textAt(body, "Response.SendStatusSet.0.SerialNo") || null);
  const code = `tencent_${said}`;
  if (said === "") return byStatus(answer, "tencent") ?? unknown("tencent_unreadable");
  if (NO_NUMBER.has(said)) return badAddress(code);
  if (BLOCKED.has(said)) return badAddress(code, "unsubscribed");
  if (said.startsWith("InternalError")) return unknown(code);
  if (/^(?:LimitExceeded|RequestLimitExceeded|AuthFailure|UnauthorizedOperation|FailedOperation\.InsufficientBalance)/.test(said))
    return retry(code, WAIT_MS);
  return refused(code);
}
