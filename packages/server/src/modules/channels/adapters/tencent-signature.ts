import { createHash, createHmac } from "node:crypto";

export type TencentRequest = {
  readonly host: string;
  /** The product, such as `sms`. */
  readonly service: string;
  readonly action: string;
  readonly body: string;
  readonly atMs: number;
};

const ALGORITHM = "TC3-HMAC-SHA256";
const TYPE = "application/json; charset=utf-8";

/** The signed headers of a JSON request, as https://cloud.tencent.com/document/api/382/52072 says. */
export function tencentHeaders(
  request: TencentRequest,
  key: { readonly id: string; readonly secret: string },
): Readonly<Record<string, string>> {
  const seconds = Math.floor(request.atMs / 1_000);
  const date = new Date(seconds * 1_000).toISOString().slice(0, 10);
  const names = "content-type;host;x-tc-action";
  const headers = `content-type:${TYPE}\nhost:${request.host}\nx-tc-action:${request.action.toLowerCase()}\n`;
  const canonical = ["POST", "/", "", headers, names, sha256(request.body)].join("\n");
  const scope = `${date}/${request.service}/tc3_request`;
  const signing = [date, request.service, "tc3_request"].reduce<string | Buffer>(hmac, `TC3${key.secret}`);
  const signature = createHmac("sha256", signing)
    .update([ALGORITHM, seconds, scope, sha256(canonical)].join("\n"))
    .digest("hex");
  return {
    "content-type": TYPE,
    host: request.host,
    "x-tc-action": request.action,
    "x-tc-timestamp": String(seconds),
    authorization: `${ALGORITHM} Credential=${key.id}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
