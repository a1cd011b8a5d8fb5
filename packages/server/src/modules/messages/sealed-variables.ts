import type { JsonObject } from "@terrace/domain/json";
import { openText, sealText } from "../../platform/sealed-text.ts";
import type { MessageDeps } from "./messages-deps.ts";

/** What a template may name beside the person, as it is kept; null for nothing. */
export function sealVariables(cipher: Pick<MessageDeps["privacy"], "encryptPayload">, variables: JsonObject): Uint8Array | null {
  return Object.keys(variables).length === 0 ? null : sealText(cipher, JSON.stringify(variables));
}

export function openVariables(cipher: Pick<MessageDeps["privacy"], "decryptPayload">, sealed: Uint8Array | null): JsonObject {
  // Sealed by the function above.
  return sealed === null ? {} : (JSON.parse(openText(cipher, sealed)) as JsonObject);
}
