import { flagDefinitionSchema } from "@terrace/contract/api/flag-parts";
import type { z } from "zod";
import { openText, sealText } from "../../platform/sealed-text.ts";
import type { FlagDeps } from "./flag-deps.ts";

/** As the contract reads it, and the domain evaluates it. */
export type Definition = z.output<typeof flagDefinitionSchema>;

export function sealDefinition({ privacy }: Pick<FlagDeps, "privacy">, definition: Definition): Uint8Array {
  return sealText(privacy, JSON.stringify(definition));
}

export function openDefinition({ privacy }: Pick<FlagDeps, "privacy">, sealed: Uint8Array): Definition {
  return flagDefinitionSchema.parse(JSON.parse(openText(privacy, sealed)));
}
