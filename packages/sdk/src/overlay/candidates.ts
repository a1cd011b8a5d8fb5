import { alikeSelector, lastStep, type VirtualMatcher } from "@terrace/domain/event/virtual-event";

/** What was picked on the page. */
export type Picked = { readonly selector: string; readonly text: string; readonly path: string };
export type SelectorChoice = "is" | "alike" | "last" | "any";
export type PathChoice = "is" | "pattern" | "any";
/** What the operator chose of the ways to recognise it. */
export type Choice = { readonly selector: SelectorChoice; readonly text: boolean; readonly path: PathChoice };

/** Ways to recognise an element by its place, the narrowest first; those that say the same as a narrower one are left out. */
export function selectorChoices({ selector, text }: Picked): readonly { readonly choice: SelectorChoice; readonly value: string }[] {
  const alike = alikeSelector(selector);
  const last = lastStep(selector);
  return [
    { choice: "is" as const, value: selector },
    ...(alike === selector ? [] : [{ choice: "alike" as const, value: alike }]),
    ...(last === alike ? [] : [{ choice: "last" as const, value: last }]),
    ...(text === "" ? [] : [{ choice: "any" as const, value: "" }]),
  ].filter(({ value, choice }) => value !== "" || choice === "any");
}

/** Parts of a path that name one thing among many, replaced by `*`; undefined when the path has none. */
export function pathPattern(path: string): string | undefined {
  const pattern = path
    .split("/")
    .map((part) => (/\d/.test(part) && !/\.html?$/.test(part) ? "*" : part))
    .join("/");
  return pattern === path ? undefined : pattern;
}

/** The matcher of a choice; undefined while it would take any click. */
export function matcherOf(picked: Picked, choice: Choice): VirtualMatcher | undefined {
  const place = selectorChoices(picked).find((one) => one.choice === choice.selector);
  const selector = place === undefined || place.choice === "any" ? undefined : { match: place.choice, value: place.value };
  const text = choice.text && picked.text !== "" ? { match: "is" as const, value: picked.text } : undefined;
  if (selector === undefined && text === undefined) return undefined;
  const path = pathOf(picked.path, choice.path);
  return {
    ...(selector === undefined ? {} : { selector }),
    ...(text === undefined ? {} : { text }),
    ...(path === undefined ? {} : { path }),
  };
}

function pathOf(path: string, choice: PathChoice): VirtualMatcher["path"] {
  if (choice === "is") return { match: "is", value: path };
  const pattern = choice === "pattern" ? pathPattern(path) : undefined;
  return pattern === undefined ? undefined : { match: "pattern", value: pattern };
}
