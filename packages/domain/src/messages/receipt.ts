import type { ProviderKind } from "./channel.ts";

/** What a provider tells of a message afterwards. */
export const RECEIPT_KINDS = ["delivered", "bounced", "complained", "unsubscribed", "opened", "clicked", "failed"] as const;
export type ReceiptKind = (typeof RECEIPT_KINDS)[number];

/** A receipt in the form that is the same for all providers. It names the message by our reference or by the provider's own id. */
export type Receipt = {
  readonly reference?: string | undefined;
  readonly providerRef?: string | undefined;
  readonly what: ReceiptKind;
  readonly atMs: number;
  /** The provider's code for it; never an address. */
  readonly detail: string;
  /** A program opened it, or followed a link of it, and nobody did. */
  readonly automatic?: boolean | undefined;
};

/** Who tells: a provider of the workspace, or a link in the message itself (`providerId` is null then). */
export type ReceiptFrom =
  { readonly providerId: string; readonly kind: ProviderKind } | { readonly providerId: null; readonly kind: "link" };

const OF_CARRIERS: readonly ReceiptKind[] = ["delivered", "failed"];
/** What these tell of is whether a message arrived: their posts are not signed, or they know nothing else. */
const TELLS_ONLY: Readonly<Partial<Record<ReceiptFrom["kind"], readonly ReceiptKind[]>>> = {
  aliyun_sms: OF_CARRIERS,
  tencent_sms: OF_CARRIERS,
  twilio_sms: OF_CARRIERS,
  link: ["opened", "clicked", "unsubscribed"],
};

/** Whether somebody may tell such a thing of a message. */
export function mayTell({ kind }: ReceiptFrom, what: ReceiptKind): boolean {
  return TELLS_ONLY[kind]?.includes(what) ?? true;
}
