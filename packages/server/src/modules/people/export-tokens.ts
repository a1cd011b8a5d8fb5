import type { FieldVisibility } from "@terrace/domain/access/field-view";
import type { PersonalClass } from "@terrace/domain/event/feed-event";
import type { Json } from "@terrace/domain/json";
import type { Said } from "./facts-export.ts";
import type { ExportedPage, PeopleExportOptions } from "./exported-page.ts";
import type { PersonRow } from "./people-export.views.ts";
import { tokenClass, tokensIn } from "./personal-text.ts";

/** The tokens that must be opened to show a page. What stays hidden, and what is masked whatever it is, stays sealed. */
export function tokensOf(page: ExportedPage, options: PeopleExportOptions): ReadonlySet<string> {
  return page.said === undefined ? neededTokens(page, options) : everyToken(page.said, page.people);
}

function everyToken({ rows, ties }: Said, people: readonly PersonRow[]): ReadonlySet<string> {
  const tokens = new Set<string>();
  for (const { value, class: personalClass, state } of rows) {
    if (personalClass !== "") tokens.add(value);
    for (const log of Object.values(state?.k ?? {})) for (const [, , , entry] of log) tokensIn(entry, tokens);
  }
  for (const { value, class: personalClass } of ties.strangers) if (personalClass !== "") tokens.add(value);
  for (const { traits } of people) tokensIn(traits, tokens);
  return tokens;
}

function neededTokens({ rows, people }: ExportedPage, { view, parts }: PeopleExportOptions): ReadonlySet<string> {
  const tokens = new Set<string>();
  const isShown = (personalClass: PersonalClass): boolean => showsSomething(view.ofClass(personalClass), personalClass);
  // Whoever has no name goes by an id.
  const kinds = parts.name ? "all" : parts.identities;
  for (const { kind, value, class: personalClass } of rows)
    // An id has no class, or one of the classes.
    if (personalClass !== "" && (kinds === "all" || kinds.has(kind)) && isShown(personalClass as PersonalClass)) tokens.add(value);
  const take = (key: string, token: string, personalClass: PersonalClass): void => {
    const isAsked = parts.traits === "all" || parts.traits.has(key) || key.includes("~");
    const isName = parts.name && personalClass === "name";
    // The rule for a trait may show what the rule for its class does not; where a key holds a token it is the other way round.
    if (isAsked && showsSomething(view.trait(key, personalClass), personalClass)) tokens.add(token);
    else if ((isAsked || isName) && isShown(personalClass)) tokens.add(token);
  };
  for (const { traits } of people)
    for (const [key, value] of Object.entries(traits)) {
      takeTokens(key, value, take);
      takeTokens(key, key, take);
    }
  return tokens;
}

function takeTokens(key: string, value: Json, take: (key: string, token: string, personalClass: PersonalClass) => void): void {
  const whole = typeof value === "string" ? tokenClass(value) : undefined;
  if (typeof value === "string" && whole !== undefined) take(key, value, whole);
  else if (typeof value === "object" || (typeof value === "string" && value.includes("~")))
    for (const token of tokensIn(value)) {
      const personalClass = tokenClass(token);
      if (personalClass !== undefined) take(key, token, personalClass);
    }
}

/** A mark hides what it stands on whole, so that nothing of the value is needed. */
function showsSomething(visibility: FieldVisibility, personalClass: PersonalClass): boolean {
  return visibility === "clear" || (visibility === "masked" && personalClass !== "marked");
}
