import { createHash, createHmac } from "node:crypto";
import { startStandIn, type Heard, type Said, type StandIn } from "./stand-in.ts";

const sha256 = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex");

/** Judges ACS3-HMAC-SHA256 from the request alone, as the provider's page on signatures tells it. */
export function isSignedForAliyun(heard: Heard, secret: string): boolean {
  const match = /^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})$/.exec(heard.header("authorization"));
  if (match === null) return false;
  const [, , signed = "", signature = ""] = match;
  const encode = (text: string): string =>
    [...Buffer.from(text)]
      .map((byte) =>
        /[A-Za-z0-9\-_.~]/.test(String.fromCharCode(byte))
          ? String.fromCharCode(byte)
          : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
      )
      .join("");
  const pairs = [...heard.query.entries()].map(([name, value]) => `${encode(name)}=${encode(value)}`);
  pairs.sort();
  let canonical = `${heard.method}\n${heard.path}\n${pairs.join("&")}\n`;
  for (const name of signed.split(";")) canonical += `${name}:${heard.header(name).trim()}\n`;
  canonical += `\n${signed}\n${sha256(heard.body)}`;
  const needed = ["host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce", "x-acs-version"];
  const isWhole = needed.every((name) => signed.split(";").includes(name)) && heard.header("x-acs-content-sha256") === sha256(heard.body);
  return (
    isWhole &&
    createHmac("sha256", secret)
      .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
      .digest("hex") === signature
  );
}

/** Judges TC3-HMAC-SHA256 from the request alone. */
export function isSignedForTencent(heard: Heard, secret: string): boolean {
  const match = /^TC3-HMAC-SHA256 Credential=[^/]+\/([\d-]{10})\/(\w+)\/tc3_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
    heard.header("authorization"),
  );
  if (match === null) return false;
  const [, date = "", service = "", signed = "", signature = ""] = match;
  let canonical = `${heard.method}\n${heard.path}\n${heard.query.toString()}\n`;
  for (const name of signed.split(";"))
    canonical += `${name}:${name === "x-tc-action" ? heard.header(name).toLowerCase() : heard.header(name)}\n`;
  canonical += `\n${signed}\n${sha256(heard.body)}`;
  const text = `TC3-HMAC-SHA256\n${heard.header("x-tc-timestamp")}\n${date}/${service}/tc3_request\n${sha256(canonical)}`;
  const day = createHmac("sha256", `TC3${secret}`).update(date).digest();
  const key = createHmac("sha256", createHmac("sha256", day).update(service).digest()).update("tc3_request").digest();
  const isToday = new Date(Number(heard.header("x-tc-timestamp")) * 1000).toISOString().startsWith(date);
  return isToday && createHmac("sha256", key).update(text).digest("hex") === signature;
}

export type TextSent = { readonly to: string; readonly reference: string };

/** Dysmsapi 2017-05-25: takes messages and tells of them. */
export async function startAliyun(secret: string): Promise<StandIn & { readonly taken: TextSent[] }> {
  const taken: TextSent[] = [];
  const nonces = new Set<string>();
  const standIn = await startStandIn((heard): Said => {
    const fault = (status: number, Code: string): Said => ({ status, body: { Code, Message: Code, RequestId: "r" } });
    if (!isSignedForAliyun(heard, secret)) return fault(400, "SignatureDoesNotMatch");
    if (nonces.has(heard.header("x-acs-signature-nonce"))) return fault(400, "SignatureNonceUsed");
    nonces.add(heard.header("x-acs-signature-nonce"));
    if (heard.header("x-acs-version") !== "2017-05-25") return fault(400, "InvalidVersion");
    if (heard.header("x-acs-action") === "QuerySendDetails") {
      const rows = taken.filter(({ to }) => to === heard.query.get("PhoneNumber"));
      const SmsSendDetailDTO = rows.map(({ to, reference }) => ({ PhoneNum: to, OutId: reference, SendStatus: 3, ErrCode: "DELIVERED" }));
      return { body: { Code: "OK", TotalCount: rows.length, SmsSendDetailDTOs: { SmsSendDetailDTO } } };
    }
    const to = heard.query.get("PhoneNumbers") ?? "";
    if (!/^\d{5,15}$/.test(to)) return fault(200, "isv.MOBILE_NUMBER_ILLEGAL");
    JSON.parse(heard.query.get("TemplateParam") ?? "{}");
    taken.push({ to, reference: heard.query.get("OutId") ?? "" });
    return { body: { Code: "OK", Message: "OK", BizId: `biz-${taken.length}`, RequestId: "r" } };
  });
  return { ...standIn, taken };
}

/** Tencent Cloud SMS 2021-01-11. */
export async function startTencent(secret: string): Promise<StandIn & { readonly taken: TextSent[] }> {
  const taken: TextSent[] = [];
  const standIn = await startStandIn((heard): Said => {
    const fault = (Code: string): Said => ({ body: { Response: { Error: { Code, Message: Code }, RequestId: "r" } } });
    if (!isSignedForTencent(heard, secret)) return fault("AuthFailure.SignatureFailure");
    if (heard.header("x-tc-version") !== "2021-01-11") return fault("InvalidParameterValue");
    const asked = JSON.parse(heard.body.toString("utf8")) as {
      PhoneNumberSet: string[];
      SessionContext: string;
      TemplateParamSet: string[];
    };
    const [to = ""] = asked.PhoneNumberSet;
    const Code = /^\+\d{7,15}$/.test(to) ? "Ok" : "InvalidParameterValue.IncorrectPhoneNumber";
    if (Code === "Ok") taken.push({ to, reference: asked.SessionContext });
    return { body: { Response: { SendStatusSet: [{ SerialNo: `5000:${taken.length}`, PhoneNumber: to, Code }], RequestId: "r" } } };
  });
  return { ...standIn, taken };
}

/** Twilio's Messages.json. */
export async function startTwilio(account: string, token: string): Promise<StandIn & { readonly taken: URLSearchParams[] }> {
  const taken: URLSearchParams[] = [];
  const standIn = await startStandIn((heard): Said => {
    const [user, password] = Buffer.from(heard.header("authorization").replace(/^Basic /, ""), "base64")
      .toString("utf8")
      .split(":");
    if (user !== account || password !== token) return { status: 401, body: { code: 20003, status: 401 } };
    if (heard.method !== "POST" || heard.path !== `/2010-04-01/Accounts/${account}/Messages.json`)
      return { status: 404, body: { code: 20404, status: 404 } };
    const form = new URLSearchParams(heard.body.toString("utf8"));
    if (!/^\+\d{7,15}$/.test(form.get("To") ?? "")) return { status: 400, body: { code: 21211, status: 400 } };
    taken.push(form);
    return { status: 201, body: { sid: `SM${String(taken.length).padStart(32, "0")}`, status: "queued" } };
  });
  return { ...standIn, taken };
}
