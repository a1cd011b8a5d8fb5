import type { PayloadCipher } from "@terrace/server/platform/feed/feed-codec";
import { createPrivacyModule } from "@terrace/server/modules/privacy/module";

/** What seals the payloads of an installation, under a master key of 32 bytes `fill`: the same number opens what it sealed. */
export function payloadCipher(fill: number): PayloadCipher {
  return createPrivacyModule({ masterKey: new Uint8Array(32).fill(fill) });
}
