import { posix } from "node:path";
import ts from "typescript";
import type { SourceFile } from "./source-files.ts";

/** What a rule found, one line each: `path:line text`. Empty means tidy. */
export type Findings = readonly string[];

const STATEMENT = /^\s*(?:\/\*.*?\*\/\s*|--[^\n]*\n\s*)*(select|insert|update|delete|with|merge|truncate|copy)\b/is;
const GUIDES = "docs/guides/README.md";
/** A statement that is meant for all workspaces says so, with the reason, in a SQL comment. */
const ALL_WORKSPACES = /all workspaces: \w/;

/** Codes passed to `fail(…)` that the fault registry does not list. */
export function unlistedFaults(sources: readonly SourceFile[], registry: string): Findings {
  return sources.flatMap(({ path, text }) =>
    [...text.matchAll(/\bfail\(\s*"([^"]+)"/g)]
      .filter((match) => !registry.includes(`"${match[1] ?? ""}":`))
      .map((match) => at({ path, text }, match.index, match[1] ?? "")),
  );
}

/**
 * Tables that have a workspace column, as the migrations make them; in ClickHouse, whose migrations are code, that is every one.
 * The others (operators, sessions, the master key's fingerprint) belong to the installation.
 */
export function workspaceTables(migrations: readonly SourceFile[]): ReadonlySet<string> {
  return new Set(
    migrations.flatMap(({ path, text }) => {
      const creations = [...text.matchAll(/create\s+(?:table|dictionary)\s+(?:if\s+not\s+exists\s+)?(\w+)(?:[^(]*\(([\s\S]*?)\n\))?/gi)];
      return creations.filter((match) => path.endsWith(".ts") || /\bworkspace_id\b/.test(match[2] ?? "")).map((match) => match[1] ?? "");
    }),
  );
}

/** SQL statements of a module over workspaces' tables that neither name the workspace nor say why they are for all of them. */
export function unscopedStatements(sources: readonly SourceFile[], tables: ReadonlySet<string>): Findings {
  return moduleStatements(sources)
    .filter(
      ({ text, parts }) =>
        tablesOf(text).some((table) => tables.has(table)) &&
        ![text, ...parts].some((part) => part.includes("workspace_id")) &&
        !ALL_WORKSPACES.test(text),
    )
    .map(({ source, text, offset }) => at(source, offset, text.slice(0, 80)));
}

/** SQL statements over tables in a module outside its stores, registries (tables without a workspace) and views. */
export function statementsOutsideStores(sources: readonly SourceFile[]): Findings {
  return moduleStatements(sources)
    .filter(({ source, text }) => !/[.-](store|registry|views)\.ts$/.test(source.path) && tablesOf(text).length > 0)
    .map(({ source, text, offset }) => at(source, offset, text.slice(0, 80)));
}

/** Re-export files by their usual name. */
export function indexFiles(sources: readonly SourceFile[]): Findings {
  return sources.filter(({ path }) => /\/index\.tsx?$/.test(path)).map(({ path }) => path);
}

/** Module folders that the graph does not know, and modules that reach themselves. */
export function graphFaults(graph: Readonly<Record<string, readonly string[]>>, folders: readonly string[]): Findings {
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
    (graph[from] ?? []).some((next) => next === to || (!seen.has(next) && reaches(next, to, seen.add(next))));
  return [
    ...folders.filter((name) => !(name in graph)).map((name) => `${name} is not in the module graph`),
    ...Object.keys(graph)
      .filter((name) => reaches(name, name))
      .map((name) => `${name} reaches itself`),
    ...Object.entries(graph).flatMap(([name, edges]) =>
      edges.filter((edge) => !(edge in graph)).map((edge) => `${name} points to ${edge}, which is no module`),
    ),
  ];
}

type Graph = Readonly<Record<string, readonly string[]>>;

/** What the page about the architecture says of modules and the graph does not, and the other way round: their rooms, and who may import whom. */
export function architectureFaults(page: string, graph: Graph): Findings {
  const rooms = (/src\/modules\/\s+(.*?);/.exec(page)?.[1] ?? "").replaceAll(/\([^)]*\)/g, "").split("·");
  const listed = rooms.map((room) => room.trim()).filter((room) => room !== "");
  const arrows = page.slice(page.indexOf("\nmodules:")).split("```", 1)[0] ?? "";
  const told = new Map(
    [...arrows.matchAll(/(\w+) ─► (\w+(?:, \w+)*)/g)].map(([, from = "", to = ""]) => [from, to.split(", ").toSorted().join(", ")]),
  );
  const names = Object.keys(graph);
  return [
    ...names.filter((name) => !listed.includes(name)).map((name) => `the rooms lack ${name}`),
    ...listed.filter((name) => !names.includes(name)).map((name) => `there is no module ${name}`),
    ...names
      .filter((name) => (told.get(name) ?? "") !== (graph[name] ?? []).toSorted().join(", "))
      .map((name) => `the arrows of ${name} are not those of the graph`),
    ...[...told.keys()].filter((name) => !names.includes(name)).map((name) => `arrows begin at ${name}, which is no module`),
  ];
}

/** Edges of the graph that no production file needs. */
export function unusedEdges(sources: readonly SourceFile[], graph: Graph): Findings {
  const used = new Set(
    sources.flatMap(({ path, text }) => {
      const from = /\/modules\/(\w+)\//.exec(path)?.[1] ?? "";
      return [...text.matchAll(/from "(?:\.\.\/)+(?:modules\/)?(\w+)\/module\.ts"/g)].map(([, to = ""]) => `${from} ${to}`);
    }),
  );
  return Object.entries(graph).flatMap(([from, edges]) =>
    edges.filter((to) => !used.has(`${from} ${to}`)).map((to) => `${from} may import ${to} and does not`),
  );
}

/** Keys that one language has and the other lacks, and texts that are empty. Chinese has one plural form, so `_one` is English only. */
export function localeFaults(chinese: unknown, english: unknown): Findings {
  const [zh, en] = [flatten(chinese), flatten(english)];
  return [
    ...[...zh.keys()].filter((key) => !en.has(key)).map((key) => `en lacks ${key}`),
    ...[...en.keys()]
      .filter((key) => !zh.has(key) && !(key.endsWith("_one") && zh.has(key.replace(/_one$/, "_other"))))
      .map((key) => `zh-CN lacks ${key}`),
    ...[...zh, ...en].filter(([, text]) => text.trim() === "").map(([key]) => `${key} is empty`),
    ...[...zh]
      .filter(([key, text]) => placeholders(text) !== placeholders(en.get(key) ?? text))
      .map(([key]) => `${key} has other placeholders in English`),
  ];
}

/** Words shown on screen that do not come from the languages: text in JSX, and attributes people read. */
export function hardWiredTexts(sources: readonly SourceFile[]): Findings {
  const readable = new Set(["title", "placeholder", "label", "aria-label", "alt", "tooltip", "okText", "cancelText", "description"]);
  return sources
    .filter(({ path }) => path.endsWith(".tsx"))
    .flatMap((source) => {
      const found: string[] = [];
      const visit = (node: ts.Node): void => {
        if (ts.isJsxText(node) && /\p{L}{2,}/u.test(node.text.replaceAll(/&\w+;/g, "")))
          found.push(at(source, node.getStart(), node.text.trim()));
        if (
          ts.isJsxAttribute(node) &&
          readable.has(node.name.getText()) &&
          node.initializer !== undefined &&
          ts.isStringLiteral(node.initializer) &&
          /\p{L}{2,}/u.test(node.initializer.text)
        )
          found.push(at(source, node.getStart(), node.initializer.text));
        ts.forEachChild(node, visit);
      };
      visit(parse(source));
      return found;
    });
}

/** Dependencies locked to an address instead of a name and a hash. */
export function lockedAddresses(lock: string): Findings {
  return [...lock.matchAll(/"resolved":\s*"(https?:[^"]*)"/g)].map((match) => match[1] ?? "");
}

/** Words of the maker's own machine and network; they mean nothing to anybody else. */
export function machinePaths(files: readonly SourceFile[]): Findings {
  // Written with a bar where the word goes on, so that this file does not find itself.
  const words = ["/wo|rk/", "/ro|ot/", "/tmp/te|am", "registry.np|mjs", "deb.deb|ian.org", "/ho|me/[a-z]+/"];
  const pattern = new RegExp(words.map((word) => word.replace("|", "")).join("|"), "g");
  return files.flatMap((file) => [...file.text.matchAll(pattern)].map((match) => at(file, match.index, match[0])));
}

/** Pages that are named and are not there, and guides that the index of guides leaves out. */
export function pageFaults(files: readonly SourceFile[]): Findings {
  const known = new Set(files.map(({ path }) => path));
  const named = files.flatMap((file) =>
    file.path.endsWith(".md")
      ? [...file.text.matchAll(/\]\(([^):#\s]+\.md)/g)].map((match) => ({
          file,
          match,
          to: posix.join(posix.dirname(file.path), match[1] ?? ""),
        }))
      : [...file.text.matchAll(/docs\/[\w/.-]+\.md/g)].map((match) => ({ file, match, to: match[0] })),
  );
  const listed = new Set(named.filter(({ file }) => file.path === GUIDES).map(({ to }) => to));
  return [
    ...named.filter(({ to }) => !known.has(to)).map(({ file, match, to }) => at(file, match.index, `${to} is not there`)),
    ...[...known]
      .filter((path) => /^docs\/guides\/.*\.md$/.test(path) && path !== GUIDES && !listed.has(path))
      .map((path) => `${GUIDES} leaves out ${path}`),
  ];
}

/** `parts` are the texts of the functions and constants of the same file that the statement puts in. */
type Statement = { readonly source: SourceFile; readonly text: string; readonly parts: readonly string[]; readonly offset: number };

function moduleStatements(sources: readonly SourceFile[]): readonly Statement[] {
  return sources.filter(({ path }) => path.startsWith("packages/server/src/modules/")).flatMap(sqlStatements);
}

/** Names after from, join, into, update and delete from. */
function tablesOf(statement: string): readonly string[] {
  return [...statement.matchAll(/\b(?:from|join|into|update|truncate)\s+(?:only\s+)?([a-z_][\w]*)/gi)].map((match) => match[1] ?? "");
}

/** Every SQL statement of a file written with a binding tag; fragments inside another statement belong to it. */
function sqlStatements(source: SourceFile): readonly Statement[] {
  const tree = parse(source);
  const declared = declarations(tree);
  const found: Statement[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTaggedTemplateExpression(node)) {
      const text = node.template.getText().slice(1, -1);
      if (STATEMENT.test(text)) {
        found.push({ source, text, parts: identifiersIn(node.template).map((name) => declared.get(name) ?? ""), offset: node.getStart() });
        return;
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/** Texts of the functions and variables of a file by name. */
function declarations(tree: ts.SourceFile): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const visit = (node: ts.Node): void => {
    if ((ts.isFunctionDeclaration(node) || ts.isVariableDeclaration(node)) && node.name !== undefined && ts.isIdentifier(node.name))
      found.set(node.name.text, node.getText());
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function identifiersIn(node: ts.Node): readonly string[] {
  const names: string[] = [];
  const visit = (inner: ts.Node): void => {
    if (ts.isIdentifier(inner)) names.push(inner.text);
    ts.forEachChild(inner, visit);
  };
  visit(node);
  return names;
}

function parse({ path, text }: SourceFile): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true, path.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS);
}

function at({ path, text }: SourceFile, offset: number, what: string): string {
  return `${path}:${text.slice(0, offset).split("\n").length} ${what.replaceAll(/\s+/g, " ").trim()}`;
}

function flatten(value: unknown, prefix = ""): Map<string, string> {
  if (typeof value === "string") return new Map([[prefix, value]]);
  if (typeof value !== "object" || value === null) return new Map([[prefix, String(value)]]);
  return new Map(Object.entries(value).flatMap(([key, inner]) => [...flatten(inner, prefix === "" ? key : `${prefix}.${key}`)]));
}

function placeholders(text: string): string {
  return [...new Set([...text.matchAll(/\{\{\s*(\w+)/g)].map((match) => match[1] ?? ""))].toSorted().join();
}
