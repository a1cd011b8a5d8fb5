import { createHash, createHmac } from "node:crypto";

export type AliyunRequest = {
  readonly host: string;
  readonly action: string;
  readonly version: string;
  readonly query: Readonly<Record<string, string>>;
  readonly atMs: number;
  /** Another one for every request. */
  readonly nonce: string;
};

const ALGORITHM = "ACS3-HMAC-SHA256";

/** The headers of a POST without a body, signed as https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature says. */
export function aliyunHeaders(
  request: AliyunRequest,
  key: { readonly id: string; readonly secret: string },
): Readonly<Record<string, string>> {
  const bodyHash = sha256("");
  const headers: readonly (readonly [string, string])[] = [
    ["host", request.host],
    ["x-acs-action", request.action],
    ["x-acs-content-sha256", bodyHash],
    ["x-acs-date", new Date(request.atMs).toISOString().replace(/\.\d{3}Z$/, "Z")],
    ["x-acs-signature-nonce", request.nonce],
    ["x-acs-version", request.version],
  ];
  const names = headers.map(([name]) => name).join(";");
  const canonical = [
    "POST",
    "/",
    canonicalQuery(request.query),
    headers.map(([name, value]) => `${name}:${value}\n`).join(""),
    names,
    bodyHash,
  ].join("\n");
  const signature = createHmac("sha256", key.secret)
    .update(`${ALGORITHM}\n${sha256(canonical)}`)
    .digest("hex");
  return {
    ...Object.fromEntries(headers),
    authorization: `${ALGORITHM} Credential=${key.id},SignedHeaders=${names},Signature=${signature}`,
  };
}

function canonicalQuery(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${percent(name)}=${percent(value)}`)
    .join("&");
}

/** RFC 3986, which also encodes what `encodeURIComponent` leaves. */
function percent(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
