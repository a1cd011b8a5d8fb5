/** The event that a click is captured as; virtual events are conditions on it. */
export const CLICK_EVENT = "Element Clicked";

/**
 * Which element: exactly this one (`is`), all of its kind in the same place (`alike`: list positions do not count),
 * or every element whose own step of the way is this (`last`: `button.buy`).
 */
export const SELECTOR_MATCHES = ["is", "alike", "last"] as const;
export const TEXT_MATCHES = ["is", "contains"] as const;
/** In a `pattern`, `*` stands for one part of a path and `**` for anything. */
export const PATH_MATCHES = ["is", "pattern"] as const;

/** When a captured click counts as a virtual event: every part that is given must hold; one of selector and text is given. */
export type VirtualMatcher = {
  readonly selector?: { readonly match: (typeof SELECTOR_MATCHES)[number]; readonly value: string } | undefined;
  readonly text?: { readonly match: (typeof TEXT_MATCHES)[number]; readonly value: string } | undefined;
  readonly path?: { readonly match: (typeof PATH_MATCHES)[number]; readonly value: string } | undefined;
};

/** A name an operator gave to clicks that match. */
export type VirtualEvent = { readonly name: string; readonly matcher: VirtualMatcher };

/** What is known of a captured click. */
export type Click = { readonly selector: string; readonly text: string; readonly path: string };

/** Positions among siblings, as the client writes them into a selector. A source for JavaScript and RE2 alike. */
export const POSITION = ":nth-of-type\\(\\d+\\)";
/** Between the steps of a selector. */
export const STEP = " > ";

/** A selector without positions. */
export function alikeSelector(selector: string): string {
  return selector.replaceAll(new RegExp(POSITION, "g"), "");
}

/** The last step of a selector, without its position. */
export function lastStep(selector: string): string {
  return alikeSelector(selector).split(STEP).at(-1) ?? "";
}

/** A path pattern as an anchored regular expression that JavaScript and RE2 read alike. */
export function pathExpression(pattern: string): string {
  const parts = pattern.split(/(\*\*|\*)/).map((part) => {
    if (part === "**") return ".*";
    return part === "*" ? "[^/]*" : part.replaceAll(/[\\^$.|?+()[\]{}*-]/g, "\\$&");
  });
  return `^${parts.join("")}$`;
}

/** Whether a click counts. The same rule in the event engine's words is `matcherCondition` of the server's storage; a test holds both to each other. */
export function matchesClick({ selector, text, path }: VirtualMatcher, click: Click): boolean {
  return (
    (selector === undefined || selectorAs(selector.match, click.selector) === selector.value) &&
    (text === undefined || (text.match === "is" ? click.text === text.value : click.text.includes(text.value))) &&
    (path === undefined || (path.match === "is" ? click.path === path.value : new RegExp(pathExpression(path.value)).test(click.path)))
  );
}

/** What of a selector is compared. */
export function selectorAs(match: (typeof SELECTOR_MATCHES)[number], selector: string): string {
  if (match === "is") return selector;
  return match === "alike" ? alikeSelector(selector) : lastStep(selector);
}

/** Names of the virtual events that an event counts as. */
export function virtualNames(
  virtuals: readonly VirtualEvent[],
  event: {
    readonly name: string;
    readonly properties: Readonly<Record<string, unknown>>;
    readonly context: Readonly<Record<string, string>>;
  },
): readonly string[] {
  if (event.name !== CLICK_EVENT || virtuals.length === 0) return [];
  const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
  const click = {
    selector: textOf(event.properties["selector"]),
    text: textOf(event.properties["text"]),
    path: textOf(event.context["page_path"]),
  };
  return virtuals.filter(({ matcher }) => matchesClick(matcher, click)).map(({ name }) => name);
}
