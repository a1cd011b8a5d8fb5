import type { Json, JsonObject } from "@terrace/domain/json";
import type { SlotMode } from "@terrace/domain/templates/slots";
import { Context, Liquid, toValueSync, type Emitter, type Template } from "liquidjs";
export { LiquidError } from "liquidjs";
import { OWN_FILTERS, partOfAddress, PLACE_KEY, wordsOf, type RenderPlace } from "./filters.ts";

/** Steps (outputs, tags, pieces of text, rounds of loops) of one rendering. */
export const STEPS_MAX = 50_000;
/** Characters that one place may come to. */
export const OUTPUT_MAX = 1_000_000;
/** Values that filters and ranges may make, in characters and elements. */
const MEMORY_MAX = 2_000_000;
const SOURCE_MAX = 1_000_000;

const TAGS = ["assign", "if", "unless", "case", "for", "break", "continue", "comment", "#", "raw"];
const FILTERS = (
  "default upcase downcase capitalize strip lstrip rstrip strip_newlines append prepend remove replace split join " +
  "first last size slice compact uniq sort reverse map where limit plus minus times divided_by modulo round ceil floor abs at_least at_most url_encode"
).split(" ");
/** Names of the filters that templates may use. */
export const FILTER_NAMES = FILTERS.concat(Object.keys(OWN_FILTERS).filter((name) => name !== "in_link")).toSorted();

const HTML: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;" };

/** The text with nothing in it that HTML would read as its own, in content and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (one) => HTML[one] ?? one);
}

/** One line: whatever would end it, or hide in it, is a space. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();
}

type Escape = "html" | "words" | "link" | "typed";

const engines: Readonly<Record<Escape, Liquid>> = {
  html: engineWith((value) => escapeHtml(wordsOf(value))),
  words: engineWith(wordsOf),
  link: engineWith(partOfAddress),
  typed: engineWith(undefined),
};

function engineWith(outputEscape: ((value: unknown) => string) | undefined): Liquid {
  const engine = new Liquid({
    strictFilters: true,
    strictVariables: true,
    lenientIf: true,
    ownPropertyOnly: true,
    dynamicPartials: false,
    relativeReference: false,
    // Nothing is read from files; snippets are in their places before this.
    templates: {},
    parseLimit: SOURCE_MAX,
    memoryLimit: MEMORY_MAX,
    ...(outputEscape === undefined ? {} : { outputEscape }),
  });
  for (const name of Object.keys(engine.filters)) if (!FILTERS.includes(name)) engine.unregisterFilter(name);
  for (const name of Object.keys(engine.tags)) if (!TAGS.includes(name)) Reflect.deleteProperty(engine.tags, name);
  for (const [name, filter] of Object.entries(OWN_FILTERS)) engine.registerFilter(name, filter);
  return engine;
}

/** Liquid that was read: ready to be filled any number of times. */
export type ReadLiquid = (scope: JsonObject, place: RenderPlace) => Json;

/** Reads the Liquid of a place. Throws a `LiquidError` with the token where it cannot be read. */
export function readLiquid(text: string, mode: SlotMode): ReadLiquid {
  switch (mode) {
    case "html":
      return reader("html", text);
    case "text":
      return reader("words", text);
    case "line": {
      const read = reader("words", text);
      return (scope, place) => oneLine(wordsOf(read(scope, place)));
    }
    case "url":
      return readLink(text);
    case "value":
      return isOneOutput(text) ? reader("typed", text) : reader("words", text);
    default:
      return mode satisfies never;
  }
}

/** The templates of a text, for checks. Throws as `readLiquid`. */
export function parseLiquid(text: string): Template[] {
  return engines.typed.parse(text);
}

/** An address that begins with a value is that value's, and what follows belongs to it; every other value is a part of the address. */
function readLink(text: string): ReadLiquid {
  const source = text.trim();
  const whole = /^\{\{[\s\S]*?\}\}/.exec(source)?.[0] ?? "";
  const [head, tail] = [reader("words", whole), reader("link", source.slice(whole.length))];
  return (scope, place) => oneLine(`${wordsOf(head(scope, place))}${wordsOf(tail(scope, place))}`);
}

function isOneOutput(text: string): boolean {
  return /^\{\{(?:(?!\}\})[\s\S])*\}\}$/.test(text.trim());
}

function reader(escape: Escape, text: string): ReadLiquid {
  const engine = engines[escape];
  const templates = engine.parse(escape === "typed" ? text.trim() : text);
  return (scope, place) => {
    const context = new Context(scope, engine.options, { globals: { [PLACE_KEY]: place }, sync: true }, { liquid: engine });
    let steps = 0;
    // Counted, not timed: the same template with the same values ends in the same way on every machine.
    context.renderLimit.check = () => {
      steps += 1;
      if (steps > STEPS_MAX) throw new TooMuch();
    };
    const emitter = escape === "typed" ? new TypedEmitter() : new BoundedEmitter();
    toValueSync(engine.renderer.renderTemplates(templates, context, emitter));
    return escape === "typed" && emitter instanceof TypedEmitter ? emitter.value : emitter.buffer;
  };
}

/** A rendering took more steps or room than any message needs. */
export class TooMuch extends Error {
  constructor() {
    super("too many steps, or too long");
    this.name = "TooMuch";
  }
}

class BoundedEmitter implements Emitter {
  buffer = "";
  write(part: unknown): void {
    this.buffer += wordsOf(part);
    if (this.buffer.length > OUTPUT_MAX) throw new TooMuch();
  }
}

class TypedEmitter implements Emitter {
  buffer = "";
  value: Json = null;
  write(part: unknown): void {
    this.value = plainJson(part);
  }
}

function plainJson(value: unknown): Json {
  const text = JSON.stringify(value ?? null);
  if (text === undefined || text.length > OUTPUT_MAX) throw new TooMuch();
  return JSON.parse(text) as Json;
}
