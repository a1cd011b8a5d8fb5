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
};
