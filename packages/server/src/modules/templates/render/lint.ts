import { type FindingCode, finding, type Finding, type Place } from "@terrace/domain/templates/finding";
import { lintSubstance } from "@terrace/domain/templates/lint-content";
import { expandSnippets, type Snippets } from "@terrace/domain/templates/snippets";
import type { TemplateContent, TemplateSubstance } from "@terrace/domain/templates/content";
import { slotsOf } from "@terrace/domain/templates/slots";
import { LiquidError } from "liquidjs";
import { compileEmail } from "./compile-email.ts";
import type { CompiledContent } from "./read-content.ts";
import { withSnippets } from "./with-snippets.ts";
import { parseLiquid } from "./liquid.ts";
import { VARIABLE_ROOTS } from "./scope.ts";
import { variablesIn, type NamedVariable } from "./variables.ts";

/** Shares of people by trait, as the workspace has them. */
export type TraitShares = { readonly people: number; readonly having: ReadonlyMap<string, number> };
export type LintGround = {
  /** By language. */
  readonly snippets: (language: string) => Snippets;
  /** Whether a trait may be seen by who asks; of others not even shares are told. */
  readonly sees: (trait: string) => boolean;
  /** Among some traits, how many people have each. */
  readonly traitShares: (traits: readonly string[]) => Promise<TraitShares>;
  /** What the business said of itself; blank where it did not. */
  readonly business: Readonly<Record<string, string>>;
};
type Named = NamedVariable & { readonly place: Place };
export type Linted = {
  readonly findings: readonly Finding[];
  /** By language; without those that cannot be compiled. */
  readonly compiled: Readonly<Record<string, CompiledContent>>;
  /** Everything from outside that the template names, e.g. `person.name`. */
  readonly variables: readonly string[];
};

/** Where all that may be named is known. */
const GIVEN: Readonly<Record<string, readonly string[]>> = {
  business: ["name", "address", "website"],
  links: ["unsubscribe", "preferences", "confirm"],
};

/** Everything that can be found in a template before anybody gets it. */
export async function lintTemplate(substance: TemplateSubstance, ground: LintGround): Promise<Linted> {
  const findings: Finding[] = [...lintSubstance(substance)];
  const compiled: Record<string, CompiledContent> = {};
  const named: Named[] = [];
  for (const [language, content] of Object.entries(substance.contents)) {
    const read = await lintContent(content, language, ground.snippets(language));
    findings.push(...read.findings);
    named.push(...read.named);
    if (read.compiled !== undefined) compiled[language] = read.compiled;
  }
  // Snippets hold what the words alone do not show.
  const links = new Set(named.filter(({ path }) => path.join(".") === "links.unsubscribe").map(({ place }) => place.language));
  const told = findings.filter(({ code, language }) => code !== "no_unsubscribe" || !links.has(language));
  return {
    findings: [...told, ...(await lintVariables(named, ground))],
    compiled,
    variables: [...new Set(named.map(({ path }) => path.join(".")))],
  };
}

type ReadParts = {
  readonly findings: readonly Finding[];
  readonly named: readonly Named[];
  readonly compiled: CompiledContent | undefined;
};

async function lintContent(content: TemplateContent, language: string, snippets: Snippets): Promise<ReadParts> {
  const whole = withSnippets(content, snippets);
  if (!whole.ok) {
    const code: FindingCode = whole.fault.code === "template.too_long" ? "too_long" : "no_such_snippet";
    const { snippet = "" } = whole.fault.details ?? {};
    return { findings: [finding(code, { language, path: "body" }, null, { snippet: String(snippet) })], named: [], compiled: undefined };
  }
  // In one line each, so that the numbers of the lines are those of the text that somebody reads.
  const flat = new Map([...snippets].map(([key, text]) => [key, text.replaceAll(/\s*\n\s*/g, " ")]));
  const findings: Finding[] = [];
  const named: Named[] = [];
  for (const { path, text } of slotsOf(content)) {
    const place = { language, path };
    const expanded = expandSnippets(text, flat);
    const read = namedIn(expanded.ok ? expanded.value : text, place);
    findings.push(...read.findings);
    named.push(...read.named);
  }
  const isReadable = findings.length === 0;
  if (whole.value.channel !== "email") return { findings, named, compiled: isReadable ? { content: whole.value } : undefined };
  const mail = await compileEmail(whole.value, language);
  const compiled = isReadable && mail.compiled.html !== "" ? { content: whole.value, email: mail.compiled } : undefined;
  return { findings: [...findings, ...mail.findings], named, compiled };
}

function namedIn(text: string, place: Place): { readonly findings: readonly Finding[]; readonly named: readonly Named[] } {
  try {
    return { findings: [], named: variablesIn(parseLiquid(text)).map((one) => ({ ...one, place })) };
  } catch (error) {
    if (!(error instanceof LiquidError)) throw error;
    const [line] = error.token.getPosition();
    return { findings: [finding("unreadable", place, line ?? null, { message: wordsOfError(error) })], named: [] };
  }
}

function wordsOfError({ message }: LiquidError): string {
  return (message.split(/, (?:line|file):/, 1)[0] ?? message).slice(0, 200);
}

async function lintVariables(named: readonly Named[], ground: LintGround): Promise<readonly Finding[]> {
  const traits = [...new Set(named.flatMap(({ path: [root, trait] }) => (root === "person" && trait !== undefined ? [trait] : [])))];
  const seen = traits.filter(ground.sees);
  const shares = seen.length === 0 ? { people: 0, having: new Map<string, number>() } : await ground.traitShares(seen);
  const found = new Map<string, Finding>();
  for (const one of named) {
    const said = lintVariable(one, shares, ground);
    const key = JSON.stringify([one.place, one.path]);
    // Once for a place: the first line stands for all.
    if (said !== undefined && !found.has(key)) found.set(key, said);
  }
  return [...found.values()];
}

function lintVariable({ path, line, sure, place }: Named, shares: TraitShares, { business, sees }: LintGround): Finding | undefined {
  const [root = "", key] = path;
  const variable = path.join(".");
  if (key === undefined || !isGiven(root, key)) return finding("no_such_variable", place, line, { variable });
  switch (root) {
    case "links":
      return undefined;
    case "business":
      return sure || isSaid(business[key]) ? undefined : finding("business_unsaid", place, line, { variable });
    case "person":
      return (sees(key) ? lintTrait : lintUnseenTrait)(key, { line, sure, place, variable }, shares);
    default:
      return sure ? undefined : finding("property_unsure", place, line, { variable });
  }
}

function isGiven(root: string, key: string): boolean {
  return GIVEN[root]?.includes(key) ?? VARIABLE_ROOTS.some((one) => one === root);
}

function isSaid(words: string | undefined): boolean {
  return words !== undefined && words.trim() !== "";
}

type Said = Pick<Named, "line" | "sure" | "place"> & { readonly variable: string };

/** Whether everybody has it is not for who asks to know, so it needs a default in any case. */
function lintUnseenTrait(trait: string, { line, sure, place, variable }: Said): Finding | undefined {
  return sure ? undefined : finding("trait_unseen", place, line, { trait, variable });
}

function lintTrait(trait: string, { line, sure, place, variable }: Said, { people, having }: TraitShares): Finding | undefined {
  const have = having.get(trait) ?? 0;
  if (sure || people === 0 || have === people) return undefined;
  if (have === 0) return finding("no_such_trait", place, line, { trait, variable });
  // A share that rounds to nothing still is somebody.
  const percent = Math.max(1, Math.round(((people - have) * 100) / people));
  return finding("trait_missing", place, line, { trait, variable, missing: people - have, people, percent });
}
