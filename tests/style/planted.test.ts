import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "./source-files.ts";
import type { SourceFile } from "./source-files.ts";
import {
  architectureFaults,
  graphFaults,
  hardWiredTexts,
  indexFiles,
  localeFaults,
  lockedAddresses,
  machinePaths,
  pageFaults,
  statementsOutsideStores,
  unlistedFaults,
  unscopedStatements,
  unusedEdges,
  workspaceTables,
} from "./tidy-rules.ts";

// A check that cannot fail proves nothing: each one is shown a fault here and must find it, and only it.

const STORE = "packages/server/src/modules/people/person.store.ts";
const file = (path: string, text: string): readonly SourceFile[] => [{ path, text }];

describe("the tidy rules find a planted", () => {
  test("fault code that is not listed", () => {
    expect(unlistedFaults(file(STORE, `return fail("person.vanished");`), `"person.not_found": 404,`)).toHaveLength(1);
    expect(unlistedFaults(file(STORE, `return fail("person.not_found");`), `"person.not_found": 404,`)).toEqual([]);
  });

  test("statement without a workspace, also behind a type argument, and spares fragments and tables of the installation", () => {
    const tables = workspaceTables(
      file(
        "0004.sql",
        "create table person (\n  workspace_id integer not null,\n  id bigint\n);\ncreate table operator (\n  id bigint\n);\n",
      ),
    );
    expect([...tables]).toEqual(["person"]);
    expect(unscopedStatements(file(STORE, "await tx`select 1 from person where id = ${id}`"), tables)).toHaveLength(1);
    expect(unscopedStatements(file(STORE, "await tx<Row[]>`\n  update person set name = ${name}`"), tables)).toHaveLength(1);
    expect(unscopedStatements(file(STORE, "await tx`delete from person where ${tx`id = 1`}`"), tables)).toHaveLength(1);
    expect(
      unscopedStatements(
        file(
          STORE,
          "await tx`select 1 from person where workspace_id = ${w} and id in (select id from person where ${x ? tx`a` : tx`b`})`",
        ),
        tables,
      ),
    ).toEqual([]);
    expect(
      unscopedStatements(
        file(STORE, "const within = (w: number) => ch`workspace_id = ${w}`;\nch`select 1 from person where ${within(1)}`"),
        tables,
      ),
    ).toEqual([]);
    expect(
      unscopedStatements(
        file(STORE, "const within = (w: number) => ch`time > ${w}`;\nch`select 1 from person where ${within(1)}`"),
        tables,
      ),
    ).toHaveLength(1);
    expect(
      unscopedStatements(file(STORE, "await tx`/* all workspaces: a sweep by age */ delete from person where at < ${before}`"), tables),
    ).toEqual([]);
    expect(unscopedStatements(file(STORE, "await tx`select name from operator where id = ${id}`"), tables)).toEqual([]);
  });

  test("statement outside a store", () => {
    expect(
      statementsOutsideStores(
        file("packages/server/src/modules/people/person.routes.ts", "await db`select 1 from person where workspace_id = 1`"),
      ),
    ).toHaveLength(1);
    expect(statementsOutsideStores(file(STORE, "await db`select 1 from person where workspace_id = 1`"))).toEqual([]);
  });

  test("index file", () => {
    expect(indexFiles(file("packages/domain/src/identity/index.ts", ""))).toHaveLength(1);
  });

  test("module that nobody knows, or that reaches itself", () => {
    expect(graphFaults({ people: [] }, ["people", "ghosts"])).toHaveLength(1);
    expect(graphFaults({ people: ["collect"], collect: ["people"] }, [])).toHaveLength(2);
    expect(graphFaults({ people: ["access"] }, [])).toHaveLength(1);
  });

  test("page about the architecture that is not as the graph, and an edge that nobody needs", () => {
    const page = (rooms: string, arrows: string) => `src/modules/  ${rooms}; each by its door\n\`\`\`\nmodules:  ${arrows}\n\`\`\`\n`;
    const graph = { people: ["access", "privacy"], access: [], privacy: [] };
    expect(architectureFaults(page("access · privacy · people (and their ids)", "people ─► access, privacy"), graph)).toEqual([]);
    expect(architectureFaults(page("access · people", "people ─► access, privacy"), graph)).toHaveLength(1);
    expect(architectureFaults(page("access · privacy · people · ghosts", "people ─► access"), graph)).toHaveLength(2);
    expect(architectureFaults(page("access · privacy · people", "people ─► access, privacy  ghosts ─► people"), graph)).toHaveLength(1);
    const sources = file("packages/server/src/modules/people/a.ts", 'import { x } from "../access/module.ts";');
    expect(unusedEdges(sources, { people: ["access"] })).toEqual([]);
    expect(unusedEdges(sources, graph)).toHaveLength(1);
  });

  test("text that one language lacks", () => {
    expect(localeFaults({ home: { title: "首页" } }, { home: { title: "Home" } })).toEqual([]);
    expect(localeFaults({ home: { title: "首页", hint: "提示" } }, { home: { title: "Home" } })).toHaveLength(1);
    expect(localeFaults({ home: "{{count}} 人" }, { home: "{{n}} people" })).toHaveLength(1);
    expect(localeFaults({ days_other: "{{count}} 天" }, { days_one: "1 day", days_other: "{{count}} days" })).toEqual([]);
    expect(localeFaults({ home: "" }, { home: "Home" })).toHaveLength(1);
  });

  test("word wired into a screen", () => {
    const page = "packages/console/src/features/home/HomePage.tsx";
    expect(hardWiredTexts(file(page, `export const A = () => <b title="Totals">{t("home.title")}</b>;`))).toHaveLength(1);
    expect(hardWiredTexts(file(page, `export const A = () => <b>今日</b>;`))).toHaveLength(1);
    expect(hardWiredTexts(file(page, `export const A = () => <b title={t("a")}>{t("b")} · </b>;`))).toEqual([]);
  });

  test("locked address", () => {
    expect(lockedAddresses(`{"resolved": "https://packages.example/x.tgz"}`)).toHaveLength(1);
  });

  test("page that is named and is not there, and guide that the index leaves out", () => {
    const pages = [
      ...file("docs/guides/README.md", "[Flags](flags.md)"),
      ...file("docs/guides/flags.md", "[why](../why.md)"),
      ...file(STORE, "/** See docs/guides/gone.md. */"),
    ];
    expect(pageFaults(pages)).toEqual(["docs/guides/flags.md:1 docs/why.md is not there", `${STORE}:1 docs/guides/gone.md is not there`]);
    expect(pageFaults([...file("docs/guides/README.md", ""), ...file("docs/guides/flags.md", "")])).toHaveLength(1);
  });

  test("path of the maker's machine", () => {
    expect(machinePaths(file("README.md", `see ${["", "root", "x"].join("/")}`))).toHaveLength(1);
  });
});

/** A small copy of the repo with the real settings, a little good code, and room for faults. */
let plot = "";
const GOOD: Readonly<Record<string, string>> = {
  "packages/domain/src/sum.ts": "/** Adds. */\nexport function sum(a: number, b: number): number {\n  return a + b;\n}\n",
  "packages/contract/src/shape.ts": `import { sum } from "@terrace/domain/sum";\nexport const three = sum(1, 2);\n`,
  "packages/server/src/modules/access/module.ts": `import { three } from "@terrace/contract/shape";\nexport const access = three;\n`,
  "packages/server/src/modules/access/key.store.ts": "export const keys = 1;\n",
  "packages/server/src/modules/people/module.ts": `import { access } from "../access/module.ts";\nexport const people = access;\n`,
  "packages/server/src/platform/clock.ts": "export const tick = 1;\n",
  "packages/testkit/src/kit.ts": "export const kit = 1;\n",
  "packages/console/src/app.ts": `import { three } from "@terrace/contract/shape";\nexport const app = three;\n`,
};

beforeAll(() => {
  plot = mkdtempSync(join(tmpdir(), "terrace-planted-"));
  // The plot has packages of its own; everything else that is installed is lent.
  mkdirSync(join(plot, "node_modules/@terrace"), { recursive: true });
  for (const name of readdirSync(join(ROOT, "node_modules")))
    if ((!name.startsWith(".") || name === ".bin") && name !== "@terrace")
      symlinkSync(join(ROOT, "node_modules", name), join(plot, "node_modules", name));
  for (const name of [".oxlintrc.json", ".dependency-cruiser.cjs", "module-graph.json", "package.json"])
    copyFileSync(join(ROOT, name), join(plot, name));
  // The plot's own compiler settings: the real ones, over the plot's files.
  const settings = JSON.parse(readFileSync(join(ROOT, "tsconfig.json"), "utf8")) as { compilerOptions: object };
  write(
    "tsconfig.json",
    JSON.stringify({ compilerOptions: { ...settings.compilerOptions, types: ["node"] }, include: ["packages/*/src"] }),
  );
  for (const name of ["domain", "contract", "server", "testkit", "console"]) {
    write(`packages/${name}/package.json`, JSON.stringify({ name: `@terrace/${name}`, type: "module", exports: { "./*": "./src/*.ts" } }));
    symlinkSync(join(plot, "packages", name), join(plot, "node_modules/@terrace", name));
  }
  for (const [path, text] of Object.entries(GOOD)) write(path, text);
});

afterAll(() => rmSync(plot, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(plot, path)), { recursive: true });
  writeFileSync(join(plot, path), text);
}

/** Runs one of the checks of `npm test` over the plot with the given files planted for its duration. */
function check(
  tool: readonly string[],
  planted: Readonly<Record<string, string>> = {},
): { readonly code: number; readonly output: string } {
  for (const [path, text] of Object.entries(planted)) write(path, text);
  const done = spawnSync(process.execPath, [join(ROOT, "node_modules", tool[0] ?? ""), ...tool.slice(1)], { cwd: plot, encoding: "utf8" });
  for (const path of Object.keys(planted)) rmSync(join(plot, path));
  return { code: done.status ?? 1, output: done.stdout + done.stderr };
}

/** A fault: the rule that must find it, where it is planted, and the text. */
type Fault = readonly [rule: string, path: string, text: string];

/** Plants all faults at once, each in a file of its own, and answers those that were not found by their rule in their file. */
function missed(tool: readonly string[], faults: readonly Fault[]): readonly string[] {
  const { code, output } = check(tool, Object.fromEntries(faults.map(([, path, text]) => [path, text])));
  expect(code).not.toBe(0);
  const lines = output.split("\n");
  return faults
    .filter(([rule, path]) => !lines.some((line) => line.includes(rule) && line.includes(path)))
    .map(([rule, path]) => `${rule} in ${path}`);
}

describe("the boundary check", () => {
  const cruise = ["dependency-cruiser/bin/dependency-cruise.mjs", "--config", ".dependency-cruiser.cjs", "packages"];

  test("passes good code", () => {
    expect(check(cruise)).toMatchObject({ code: 0 });
  });

  test("sees the real code base: a compiler it cannot read would make it see nothing and pass", () => {
    const done = spawnSync(
      process.execPath,
      [join(ROOT, "node_modules", cruise[0] ?? ""), "--config", ".dependency-cruiser.cjs", "--output-type", "json", "packages"],
      { cwd: ROOT, encoding: "utf8", maxBuffer: 1 << 28 },
    );
    const seen = JSON.parse(done.stdout) as { summary: { totalCruised: number; totalDependenciesCruised: number } };
    expect(seen.summary.totalCruised).toBeGreaterThan(50);
    expect(seen.summary.totalDependenciesCruised).toBeGreaterThan(100);
  }, 120_000);

  test("finds every planted violation", () => {
    expect(
      missed(cruise, [
        [
          "domain-is-pure",
          "packages/domain/src/reads-files.ts",
          `import { readFileSync } from "node:fs";\nexport const x = readFileSync;\n`,
        ],
        [
          "domain-is-pure",
          "packages/domain/src/reads-contract.ts",
          `import { three } from "@terrace/contract/shape";\nexport const x = three;\n`,
        ],
        [
          "contract-reads-domain-only",
          "packages/contract/src/reads-server.ts",
          `import { tick } from "@terrace/server/platform/clock";\nexport const x = tick;\n`,
        ],
        [
          "console-never-server",
          "packages/console/src/reads-server.ts",
          `import type { tick } from "@terrace/server/platform/clock";\nexport type X = typeof tick;\n`,
        ],
        [
          "platform-knows-no-module",
          "packages/server/src/platform/reads-module.ts",
          `import { access } from "../modules/access/module.ts";\nexport const x = access;\n`,
        ],
        [
          "module-front-door",
          "packages/server/src/modules/people/by-the-window.ts",
          `import { keys } from "../access/key.store.ts";\nexport const x = keys;\n`,
        ],
        [
          "module-front-door-app",
          "packages/server/src/app-by-the-window.ts",
          `import { keys } from "./modules/access/key.store.ts";\nexport const x = keys;\n`,
        ],
        [
          "edge-access",
          "packages/server/src/modules/access/against-the-arrow.ts",
          `import { people } from "../people/module.ts";\nexport const x = people;\n`,
        ],
        [
          "prod-never-testkit",
          "packages/server/src/reads-testkit.ts",
          `import { kit } from "@terrace/testkit/kit";\nexport const x = kit;\n`,
        ],
        [
          "no-cycles",
          "packages/domain/src/selfish.ts",
          `import { self as other } from "./selfish.ts";\nexport const self = (): unknown => other;\n`,
        ],
        ["resolvable", "packages/server/src/reads-nothing.ts", `import { x } from "./nowhere.ts";\nexport const y = x;\n`],
      ]),
    ).toEqual([]);
  });
});

describe("the linter", () => {
  const lint = ["oxlint/bin/oxlint", "-c", ".oxlintrc.json", "--type-aware", "--deny-warnings", "--format", "unix", "."];
  const lines = (count: number): string => Array.from({ length: count }, (_, index) => `export const n${index} = ${index};`).join("\n");

  test("passes good code", () => {
    expect(check(lint)).toMatchObject({ code: 0 });
  });

  test("finds every planted violation", () => {
    expect(
      missed(lint, [
        ["no-explicit-any", "packages/server/src/any.ts", "export const x = (y: any): unknown => y;\n"],
        ["no-non-null-assertion", "packages/server/src/bang.ts", "export const x = (y: string[]): string => y[0]!;\n"],
        ["max-lines", "packages/server/src/long-file.ts", lines(500)],
        [
          "max-lines-per-function",
          "packages/server/src/long-function.ts",
          `export function long(): void {\n${lines(70).replaceAll("export ", "  ")}\n}\n`,
        ],
        [
          "max-params",
          "packages/server/src/many-params.ts",
          "export const x = (a: number, b: number, c: number, d: number, e: number): number => a + b + c + d + e;\n",
        ],
        [
          "complexity",
          "packages/server/src/tangled.ts",
          `export function tangled(n: number): string {\n${Array.from({ length: 14 }, (_, index) => `  if (n === ${index}) return "${index}";`).join("\n")}\n  return "";\n}\n`,
        ],
        ["no-console", "packages/server/src/console.ts", `console.log("here");\n`],
        ["no-default-export", "packages/server/src/default.ts", "export default 1;\n"],
        ["no-process-env", "packages/server/src/env.ts", `export const x = process.env["HOME"];\n`],
        ["filename-case", "packages/server/src/BadName.ts", "export const x = 1;\n"],
        ["no-barrel-file", "packages/domain/src/barrel.ts", `export * from "./sum.ts";\n`],
        [
          "no-floating-promises",
          "packages/server/src/floating.ts",
          "async function work(): Promise<void> {}\nexport function go(): void {\n  work();\n}\n",
        ],
        [
          "switch-exhaustiveness-check",
          "packages/server/src/half-switch.ts",
          `export function go(x: "a" | "b"): void {\n  switch (x) {\n    case "a":\n      break;\n  }\n}\n`,
        ],
        ["no-restricted-globals", "packages/domain/src/clock.ts", "export const x = new Date();\n"],
        ["no-restricted-properties", "packages/domain/src/dice.ts", "export const x = Math.random();\n"],
        [
          "consistent-type-imports",
          "packages/server/src/value-import.ts",
          `import { Readable } from "node:stream";\nexport type X = Readable;\n`,
        ],
      ]),
    ).toEqual([]);
  });
});

describe("the compiler", () => {
  const types = ["typescript7/bin/tsc", "--noEmit", "-p", "tsconfig.json"];

  test("passes good code", () => {
    expect(check(types)).toMatchObject({ code: 0 });
  });

  test("refuses every planted mistake", () => {
    expect(
      missed(types, [
        ["TS1294", "packages/server/src/enum.ts", "export enum Colour { Red }\n"],
        ["TS1294", "packages/server/src/parameter-property.ts", "export class A {\n  constructor(readonly x: number) {}\n}\n"],
        ["TS2322", "packages/server/src/unchecked-index.ts", "export const x = (y: string[]): string => y[0];\n"],
        [
          "TS1484",
          "packages/server/src/type-as-value.ts",
          `import { SpawnOptions } from "node:child_process";\nexport type X = SpawnOptions;\n`,
        ],
        ["TS2375", "packages/server/src/optional-undefined.ts", "export const x: { a?: string } = { a: undefined };\n"],
      ]),
    ).toEqual([]);
  });
});
