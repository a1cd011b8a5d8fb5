import type { Json, JsonObject } from "@terrace/domain/json";
import { assembleMessage } from "@terrace/domain/templates/assemble";
import type { TemplateContent } from "@terrace/domain/templates/content";
import { isDangerous } from "@terrace/domain/templates/lint-content";
import { slotsOf, type SlotMode } from "@terrace/domain/templates/slots";
import { fail, ok, type Result } from "@terrace/domain/result";
import type { RenderedMessage } from "@terrace/domain/messages/delivery";
import { LiquidError } from "liquidjs";
import type { CompiledEmail } from "./compile-email.ts";
import { UnfitValue, type RenderPlace } from "./filters.ts";
import { readLiquid, TooMuch, type ReadLiquid } from "./liquid.ts";
import { scopeOf, type Variables } from "./scope.ts";

/** A content of a version in the form that is filled: with its snippets, and a mail's parts compiled. */
export type CompiledContent = { readonly content: TemplateContent; readonly email?: CompiledEmail | undefined };
/** A content that was read once and makes any number of messages. */
export type ReadContent = (
  variables: Variables,
  place: RenderPlace & { readonly unsubscribeUrl?: string | undefined },
) => Result<RenderedMessage>;

type Part = {
  readonly path: string;
  readonly mode: SlotMode;
  readonly needed: boolean;
  readonly isBlank: boolean;
  readonly read: ReadLiquid;
};

/** Reads all Liquid of a content. Throws a `LiquidError` where it cannot be read, which checks before publishing find. */
export function readContent({ content, email }: CompiledContent): ReadContent {
  const parts = partsOf(content, email);
  return (variables, place) => {
    const scope = scopeOf(variables);
    const filled = new Map<string, Json>();
    for (const part of parts) {
      const value = fill(part, scope, place);
      if (!value.ok) return value;
      const refused = refusal(part, value.value, content);
      if (refused !== undefined) return refused;
      filled.set(part.path, value.value);
    }
    return ok(assembleMessage(content, filled, place));
  };
}

function partsOf(content: TemplateContent, email: CompiledEmail | undefined): readonly Part[] {
  const slots = slotsOf(content).map(({ text, ...slot }) => ({ ...slot, isBlank: text.trim() === "", read: readLiquid(text, slot.mode) }));
  if (content.channel !== "email") return slots;
  if (email === undefined) throw new Error("a mail is compiled before it is filled");
  return [
    ...slots.filter(({ path }) => path === "subject"),
    { path: "html", mode: "html", needed: true, isBlank: false, read: readLiquid(email.html, "html") },
    { path: "text", mode: "text", needed: true, isBlank: false, read: readLiquid(email.text, "text") },
  ];
}

function fill({ path, read, isBlank }: Part, scope: JsonObject, place: RenderPlace): Result<Json> {
  if (isBlank) return ok("");
  try {
    return ok(read(scope, place));
  } catch (error) {
    return faultOf(error, path);
  }
}

/** What a rendering that broke off is called. Values are not told: they may be personal. */
function faultOf(error: unknown, path: string) {
  if (!(error instanceof Error)) throw error;
  const cause = error instanceof LiquidError ? (error.originalError ?? error) : error;
  const variable = /undefined variable: (.+?)(?:, (?:line|file):|$)/s.exec(cause.message)?.[1];
  if (variable !== undefined)
    return fail("template.variable_missing", {
      field: path,
      mend: `Give \`${variable}\` a default, e.g. {{ ${variable} | default: "…" }}`,
      details: { variable, path },
    });
  if (cause instanceof TooMuch || /limit exceeded/.test(cause.message))
    return fail("template.too_long", { field: path, mend: "Make the loops shorter", details: { path } });
  if (error instanceof LiquidError || cause instanceof UnfitValue)
    return fail("template.value_unfit", {
      field: path,
      mend: "Look at the filters and the values they are given",
      // What others say of a value may repeat it.
      details: { path, why: cause instanceof UnfitValue ? cause.message : "a filter refused a value" },
    });
  throw error;
}

const ADDRESS = /\b(?:href|src|background|action)\s*=\s*(?:"([^"]*)"|'([^']*)')/gi;

function refusal({ path, mode, needed }: Part, value: Json, { channel }: TemplateContent) {
  if (needed && typeof value === "string" && value.trim() === "")
    return fail("template.empty_text", { field: path, mend: "Give the values in it defaults", details: { path } });
  if (typeof value !== "string") return undefined;
  const unsafe = () => fail("template.unsafe_link", { field: path, mend: "Links begin with https://", details: { path } });
  if (mode === "html") return [...value.matchAll(ADDRESS)].some((match) => isDangerous(match[1] ?? match[2] ?? "")) ? unsafe() : undefined;
  return mode === "url" && value !== "" && !isAddress(value, channel) ? unsafe() : undefined;
}

/** An app opens addresses of its own scheme from a push; everywhere else it is the web. */
function isAddress(address: string, channel: TemplateContent["channel"]): boolean {
  if (!URL.canParse(address) || isDangerous(address)) return false;
  return channel === "push" || /^https?:$/.test(new URL(address).protocol);
}
