import { isJsonObject, type Json } from "@terrace/domain/json";
import { ok, type Fault, type Result } from "@terrace/domain/result";
import type { TemplateContent } from "@terrace/domain/templates/content";
import { expandSnippets, type Snippets } from "@terrace/domain/templates/snippets";

/** A content with its snippets in their places: what it is made of from then on changes no more. */
export function withSnippets<Content extends TemplateContent>(content: Content, snippets: Snippets): Result<Content> {
  let fault: Fault | undefined;
  const walk = (json: Json): Json => {
    if (typeof json === "string") {
      const expanded = expandSnippets(json, snippets);
      if (expanded.ok) return expanded.value;
      fault ??= expanded.fault;
      return json;
    }
    if (Array.isArray(json)) return (json as readonly Json[]).map(walk);
    return isJsonObject(json) ? Object.fromEntries(Object.entries(json).map(([key, part]) => [key, walk(part)])) : json;
  };
  // Texts are replaced by texts, so the shape stays.
  const whole = walk(content) as Content;
  return fault === undefined ? ok(whole) : { ok: false, fault };
}
