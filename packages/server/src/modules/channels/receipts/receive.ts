import type { ProviderKind } from "@terrace/domain/messages/channel";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { faultError } from "../../../platform/http/fault-error.ts";
import type { ChannelDeps } from "../channel-deps.ts";
import { openProvider, type OpenedProvider } from "../opened-provider.ts";
import { tokenHashOf } from "../provider.commands.ts";
import { findProviderByToken } from "../provider.store.ts";
import { isHmacSigned, isTwilioSigned } from "./check-receipt.ts";
import { readAliyun, readGeneric, readTencent, readTwilio, type Posted, type ReadReceipts } from "./read-receipts.ts";
import { receiptPath } from "./receipt-path.ts";

const BODY_BYTES_MAX = 1024 * 1024;
const TOKEN_LENGTH_MAX = 100;

type Telling = {
  readonly read: ReadReceipts;
  readonly isSigned: (request: SignedRequest, provider: OpenedProvider) => boolean;
  /** What the provider wants to read when its receipts were taken. */
  readonly answer: object;
};
type SignedRequest = {
  readonly posted: Posted;
  readonly bytes: Buffer;
  readonly header: (name: string) => string;
  readonly urls: readonly string[];
};

/** Of these only the address is secret: they sign nothing. */
const BY_ADDRESS: Telling["isSigned"] = () => true;
const BY_HMAC: Telling["isSigned"] = ({ bytes, header, posted }, { secrets }) =>
  secrets["receiptSecret"] !== undefined &&
  isHmacSigned({ body: bytes, signature: header("x-terrace-signature"), atMs: posted.atMs }, secrets["receiptSecret"]);

const TELLING: Partial<Readonly<Record<ProviderKind, Telling>>> = {
  twilio_sms: {
    read: readTwilio,
    isSigned: ({ posted, header, urls }, { secrets }) =>
      urls.some((url) => isTwilioSigned({ url, form: posted.form, signature: header("x-twilio-signature") }, secrets["authToken"] ?? "")),
    answer: {},
  },
  aliyun_sms: { read: readAliyun, isSigned: BY_ADDRESS, answer: { code: 0, msg: "OK" } },
  tencent_sms: { read: readTencent, isSigned: BY_ADDRESS, answer: { result: 0, errmsg: "OK" } },
  http_sms: { read: readGeneric, isSigned: BY_HMAC, answer: { success: true } },
  smtp: { read: readGeneric, isSigned: BY_HMAC, answer: { success: true } },
};

/** Registers the address at which providers post receipts. It is answered once they are kept. */
export async function registerReceipts(app: FastifyInstance, deps: ChannelDeps): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: BODY_BYTES_MAX }, (_request, body, done) => done(null, body));
    scope.post<{ Params: { token: string } }>(receiptPath(":token"), async (request, reply) => {
      const row = await findProviderByToken(deps.db, tokenHashOf(request.params.token.slice(0, TOKEN_LENGTH_MAX)));
      const telling = row === undefined ? undefined : TELLING[row.kind];
      if (row === undefined || telling === undefined)
        throw faultError("channel.receipt_address_unknown", { mend: "Post to the address that the console shows for the provider" });
      const provider = openProvider(deps.privacy, row);
      const signed = signedRequest(request, deps);
      if (!telling.isSigned(signed, provider))
        throw faultError("channel.receipt_signature_wrong", { mend: "Sign receipts with the secret that is set for the provider" });
      const receipts = telling.read(signed.posted);
      if (receipts === undefined)
        throw faultError("request.malformed", { mend: "Post receipts in the form that the guide to channels shows" });
      const named = receipts.filter(({ reference, providerRef }) => reference !== undefined || providerRef !== undefined);
      if (named.length > 0) await deps.onReceipt(provider.workspaceId, { providerId: row.id, kind: row.kind }, named);
      return reply.send(telling.answer);
    });
  });
}

function signedRequest(request: FastifyRequest, { nowMs, publicUrl }: ChannelDeps): SignedRequest {
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const body = bytes.toString("utf8");
  const header = (name: string): string => {
    const value = request.headers[name];
    return Array.isArray(value) ? value.join(", ") : (value ?? "");
  };
  const isForm = header("content-type").startsWith("application/x-www-form-urlencoded");
  const query = new Map(new URL(request.url, "http://receipts.invalid").searchParams);
  const posted: Posted = { body, form: new Map(isForm ? new URLSearchParams(body) : []), query, atMs: nowMs() };
  // As it was posted: at the address that people use, or at the one that it came to.
  const bases = [...(publicUrl === undefined ? [] : [publicUrl]), `${request.protocol}://${request.host}`];
  return { posted, bytes, header, urls: bases.map((base) => new URL(request.url, base).href) };
}
