import type { JsonObject } from "@terrace/domain/json";
import type { TemplateSubstance } from "@terrace/domain/templates/content";
import { slotsOf } from "@terrace/domain/templates/slots";
import { snippetsIn } from "@terrace/domain/templates/snippets";
import { openText, sealText } from "../../platform/sealed-text.ts";
import type { CompiledContent } from "./render/read-content.ts";
import type { TemplateDeps } from "./template-deps.ts";
import type { TemplateStored } from "./template.store.ts";

type Cipher = Pick<TemplateDeps, "privacy">;
export type Compiled = Readonly<Record<string, CompiledContent>>;

export function sealSubstance({ privacy }: Cipher, substance: TemplateSubstance): Uint8Array {
  return sealText(privacy, JSON.stringify(substance));
}

export function openSubstance({ privacy }: Cipher, sealed: Uint8Array): TemplateSubstance {
  // Sealed by the function above.
  return JSON.parse(openText(privacy, sealed)) as TemplateSubstance;
}

export function sealCompiled({ privacy }: Cipher, compiled: Compiled): Uint8Array {
  return sealText(privacy, JSON.stringify(compiled));
}

export function openCompiled({ privacy }: Cipher, sealed: Uint8Array): Compiled {
  return JSON.parse(openText(privacy, sealed)) as Compiled;
}

/** The columns that a draft is found by. */
export function draftColumns(
  deps: Cipher,
  substance: TemplateSubstance,
): Pick<TemplateStored, "draft" | "purpose" | "tags" | "transactional" | "languages" | "snippets"> {
  const { purpose, tags, transactional, contents } = substance;
  return {
    draft: sealSubstance(deps, substance),
    purpose,
    tags,
    transactional,
    languages: Object.keys(contents).toSorted(),
    snippets: [...new Set(Object.values(contents).flatMap((content) => slotsOf(content).flatMap(({ text }) => snippetsIn(text))))],
  };
}

/** Texts of a snippet by language. */
export function openTexts({ privacy }: Cipher, sealed: Uint8Array): Readonly<Record<string, string>> {
  return JSON.parse(openText(privacy, sealed)) as Record<string, string>;
}

export function sealTexts({ privacy }: Cipher, texts: Readonly<Record<string, string>>): Uint8Array {
  return sealText(privacy, JSON.stringify(texts satisfies JsonObject));
}
