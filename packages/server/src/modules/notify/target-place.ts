import type { PayloadCipher } from "../../platform/feed/feed-codec.ts";
import { openText, sealText } from "../../platform/sealed-text.ts";

/** Where a target is, with its secrets. */
export type TargetPlace =
  | { readonly kind: "email"; readonly to: readonly string[] }
  | { readonly kind: "wecom"; readonly address: string }
  | { readonly kind: "dingtalk" | "feishu"; readonly address: string; readonly secret?: string | undefined }
  /** The secret is ours: it signs what is sent as the Standard Webhooks specification says. */
  | { readonly kind: "webhook"; readonly address: string; readonly secret: string };

export function sealPlace(cipher: Pick<PayloadCipher, "encryptPayload">, place: TargetPlace): Uint8Array {
  return sealText(cipher, JSON.stringify(place));
}

export function openPlace(cipher: Pick<PayloadCipher, "decryptPayload">, sealed: Uint8Array): TargetPlace {
  // Written by `sealPlace` only.
  return JSON.parse(openText(cipher, sealed)) as TargetPlace;
}

/** What may be shown of a place: e-mail addresses, or the host of an address, whose rest is a secret. */
export function shownPlace(place: TargetPlace): string {
  if (place.kind === "email") return place.to.join(", ");
  return `${URL.parse(place.address)?.host ?? ""}/…`;
}
