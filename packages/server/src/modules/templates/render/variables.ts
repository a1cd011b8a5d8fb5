import { Output, type Template, TypeGuards, Value } from "liquidjs";

/** A variable that a template names. `sure`: there is something in its place when it is missing, or it is only asked for. */
export type NamedVariable = { readonly path: readonly string[]; readonly line: number; readonly sure: boolean };

type Token = Parameters<typeof TypeGuards.isPropertyAccessToken>[0];
type Seen = { readonly locals: ReadonlySet<string>; readonly asked: ReadonlySet<string> };

/** All variables from outside that templates name, in order. */
export function variablesIn(templates: readonly Template[]): readonly NamedVariable[] {
  return visit(templates, { locals: new Set(), asked: new Set() });
}

function visit(templates: readonly Template[], seen: Seen): readonly NamedVariable[] {
  const found: NamedVariable[] = [];
  const locals = new Set(seen.locals);
  for (const template of templates) {
    const inside: Seen = { ...seen, locals };
    found.push(...(isBranching(template) ? branched(template, inside) : plain(template, inside)));
    for (const name of template.localScope?.() ?? []) locals.add(name.content);
  }
  return found;
}

function plain(template: Template, seen: Seen): readonly NamedVariable[] {
  const named = [...(template.arguments?.() ?? [])].flatMap((argument) =>
    argument instanceof Value ? ofValue(argument, seen) : ofToken(argument, seen, false),
  );
  if (template instanceof Output || template.children === undefined) return named;
  const locals = new Set([...seen.locals, ...(template.blockScope?.() ?? [])]);
  return [...named, ...visit(childrenOf(template), { ...seen, locals })];
}

type Branching = Template & {
  readonly branches: readonly { readonly value: Value; readonly templates: Template[] }[];
  readonly elseTemplates?: Template[] | undefined;
};

/** An `if`: what it asks for is there where it says so. */
function isBranching(template: Template): template is Branching {
  return "branches" in template && Array.isArray(template.branches) && template.branches.every((branch: unknown) => hasValue(branch));
}

function hasValue(branch: unknown): boolean {
  return typeof branch === "object" && branch !== null && "value" in branch && branch.value instanceof Value;
}

function branched({ branches, elseTemplates = [], token }: Branching, seen: Seen): readonly NamedVariable[] {
  const isUnless = token
    .getText()
    .replace(/^\{%-?\s*/, "")
    .startsWith("unless");
  const found: NamedVariable[] = [];
  const all = new Set(seen.asked);
  for (const { value, templates } of branches) {
    const asks = ofValue(value, seen).map((one) => ({ ...one, sure: true }));
    for (const { path } of asks) all.add(path.join("."));
    const asked = isUnless ? seen.asked : new Set([...seen.asked, ...asks.map(({ path }) => path.join("."))]);
    found.push(...asks, ...visit(templates, { ...seen, asked }));
  }
  return [...found, ...visit(elseTemplates, { ...seen, asked: isUnless ? all : seen.asked })];
}

function ofValue(value: Value, seen: Seen): readonly NamedVariable[] {
  const [first] = value.filters;
  const sure = first?.name === "default" || value.filters.some(({ name }) => name === "required");
  const own = value.initial.postfix.flatMap((token) => ofToken(token, seen, sure));
  const given = value.filters.flatMap(({ args }) => args.flatMap((argument) => (Array.isArray(argument) ? (argument[1] ?? []) : argument)));
  return [...own, ...given.flatMap((token) => ofToken(token, seen, false))];
}

function ofToken(token: Token, seen: Seen, sure: boolean): readonly NamedVariable[] {
  if (TypeGuards.isRangeToken(token)) return [...ofToken(token.lhs, seen, sure), ...ofToken(token.rhs, seen, sure)];
  if (!TypeGuards.isPropertyAccessToken(token)) return [];
  const path = pathOf(token);
  if (path.length === 0 || seen.locals.has(path[0] ?? "")) return [];
  const [line] = token.getPosition();
  return [{ path, line: line ?? 1, sure: sure || seen.asked.has(path.join(".")) }];
}

function pathOf(token: Token): readonly string[] {
  if (!TypeGuards.isPropertyAccessToken(token)) return [];
  const path: string[] = [];
  for (const part of [token.variable, ...token.props]) {
    if (part === undefined) continue;
    // What is computed cannot be told before.
    if (!TypeGuards.isWordToken(part) && !TypeGuards.isQuotedToken(part) && !TypeGuards.isNumberToken(part)) break;
    path.push(String(part.content));
  }
  return path;
}

function childrenOf(template: Template): readonly Template[] {
  const made = template.children?.(false, true);
  const result = made?.next();
  return result?.done === true ? result.value : [];
}
