import type { Json } from "@terrace/domain/json";
import { RECEIPT_KINDS, type Receipt, type ReceiptKind } from "@terrace/domain/messages/receipt";
import { objectIn, textAt, valueAt } from "../adapters/provider-call.ts";

/** What a provider posted. `form`: the fields of a form; empty for other content. */
export type Posted = {
  readonly body: string;
  readonly form: ReadonlyMap<string, string>;
  readonly query: ReadonlyMap<string, string>;
  readonly atMs: number;
};
/** Undefined: not of the form that the provider documents. */
export type ReadReceipts = (posted: Posted) => readonly Receipt[] | undefined;

const ITEMS_MAX = 1_000;
/** Our own references; anything else in their place is somebody else's. */
const REFERENCE = /^[a-z0-9]{1,32}$/;
/** Codes of providers; what is longer or has other characters may hold an address. */
const CODE = /^[\w.:-]{1,60}$/;

/** Twilio: https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks */
export const readTwilio: ReadReceipts = ({ form, query, atMs }) => {
  const [sid, status] = [form.get("MessageSid"), form.get("MessageStatus")];
  if (sid === undefined || status === undefined) return undefined;
  const what =
    status === "delivered" || status === "read" ? "delivered" : status === "undelivered" || status === "failed" ? "failed" : undefined;
  // Words such as queued and sent tell nothing that is not known.
  return what === undefined
    ? []
    : [receipt({ reference: query.get("reference"), providerRef: sid, what, atMs, detail: form.get("ErrorCode") })];
};

/** Alibaba Cloud: SmsReport. https://help.aliyun.com/zh/sms/developer-reference/smsreport-2 */
export const readAliyun: ReadReceipts = ({ body, atMs }) =>
  itemsIn(body)?.map((item) =>
    receipt({
      reference: textAt(item, "out_id"),
      providerRef: textAt(item, "biz_id"),
      what: valueAt(item, "success") === true ? "delivered" : "failed",
      atMs: beijingMs(textAt(item, "report_time")) ?? atMs,
      detail: textAt(item, "err_code"),
    }),
  );

/** Tencent Cloud: https://cloud.tencent.com/document/product/382/59178 */
export const readTencent: ReadReceipts = ({ body, atMs }) =>
  itemsIn(body)?.map((item) =>
    receipt({
      providerRef: textAt(item, "sid"),
      what: textAt(item, "report_status") === "SUCCESS" ? "delivered" : "failed",
      atMs: beijingMs(textAt(item, "user_receive_time")) ?? atMs,
      detail: textAt(item, "errmsg"),
    }),
  );

/** Our own form, for services that can be told what to post: an object or a list of {reference | providerRef, what, at?, detail?}. */
export const readGeneric: ReadReceipts = ({ body, atMs }) => {
  const items = itemsIn(body);
  const read = items?.map((item) => {
    const what = RECEIPT_KINDS.find((kind) => kind === textAt(item, "what"));
    const at = Date.parse(textAt(item, "at"));
    const fields = { reference: textAt(item, "reference"), providerRef: textAt(item, "providerRef"), detail: textAt(item, "detail") };
    return what === undefined ? undefined : receipt({ ...fields, what, atMs: Number.isNaN(at) ? atMs : at });
  });
  return read?.every((one) => one !== undefined) === true ? read.filter((one) => one !== undefined) : undefined;
};

function itemsIn(body: string): readonly Json[] | undefined {
  const one = objectIn(body);
  if (one !== undefined) return [one];
  const wrapped = valueAt(objectIn(`{"items":${body}}`), "items");
  if (!Array.isArray(wrapped)) return undefined;
  const items = wrapped as readonly Json[];
  return items.length <= ITEMS_MAX && items.every((item) => typeof item === "object" && item !== null) ? items : undefined;
}

type Read = {
  readonly reference?: string | undefined;
  readonly providerRef?: string | undefined;
  readonly what: ReceiptKind;
  readonly atMs: number;
  readonly detail?: string | undefined;
};

function receipt({ reference = "", providerRef = "", what, atMs, detail = "" }: Read): Receipt {
  return {
    ...(REFERENCE.test(reference) ? { reference } : {}),
    ...(providerRef === "" || providerRef.length > 200 ? {} : { providerRef }),
    what,
    atMs,
    detail: CODE.test(detail) ? detail : "",
  };
}

/** `2026-07-16 14:32:00` as Beijing's clocks showed it. */
function beijingMs(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return undefined;
  const at = Date.parse(`${text.replace(" ", "T")}+08:00`);
  return Number.isNaN(at) ? undefined : at;
}
