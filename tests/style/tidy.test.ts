import { MENDS } from "@terrace/domain/conditions/mends";
import { describe, expect, test } from "vitest";
import { localeFiles, localeTexts } from "../locale-texts.ts";
import { folderNames, isProduction, packageSources, readJson, readText, repoFiles } from "./source-files.ts";
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

const sources = packageSources();
const production = sources.filter(isProduction);
const textOf = (path: string): string => repoFiles(path.slice(0, path.lastIndexOf("/"))).find((file) => file.path === path)?.text ?? "";

describe("the code base", () => {
  test("is seen by these rules", () => {
    expect(production.length).toBeGreaterThan(20);
  });

  test("lists every fault code it uses in the contract", () => {
    expect(
      unlistedFaults(production, `${textOf("packages/contract/src/faults.ts")}${textOf("packages/contract/src/touch-faults.ts")}`),
    ).toEqual([]);
  });

  test("names the workspace in every statement over a workspace's table", () => {
    const tables = workspaceTables(repoFiles("packages/server/migrations"));
    expect([...tables]).toEqual(expect.arrayContaining(["member", "person", "events", "person_of_origin"]));
    expect(unscopedStatements(production, tables)).toEqual([]);
  });

  test("keeps statements in stores and views", () => {
    expect(statementsOutsideStores(production)).toEqual([]);
  });

  test("has no index files", () => {
    expect(indexFiles(sources)).toEqual([]);
  });

  test("has a module graph that knows every module and has no cycle", () => {
    // Written by hand and read by the boundary check; its shape is checked here.
    expect(graphFaults(readJson("module-graph.json") as Record<string, string[]>, folderNames("packages/server/src/modules"))).toEqual([]);
  });

  test("is told of on the page about the architecture as the module graph has it, and needs every edge of it", () => {
    const graph = readJson("module-graph.json") as Record<string, string[]>;
    expect(architectureFaults(readText("ARCHITECTURE.md"), graph)).toEqual([]);
    expect(
      unusedEdges(
        production.filter(({ path }) => path.includes("/server/src/modules/")),
        graph,
      ),
    ).toEqual([]);
  });

  test("uses every style sheet of the console", () => {
    const files = repoFiles("packages/console/src");
    const sheets = files.filter(({ path }) => path.endsWith(".css"));
    expect(sheets.length).toBeGreaterThan(10);
    const unused = sheets.filter(({ path }) => !files.some(({ text }) => text.includes(`/${path.split("/").at(-1)}"`)));
    expect(unused.map(({ path }) => path)).toEqual([]);
  });

  test("shows no words that a language file does not hold", () => {
    expect(hardWiredTexts(production.filter(({ path }) => path.startsWith("packages/console/")))).toEqual([]);
  });
});

describe("the console's languages", () => {
  test("say the same things with the same values", async () => {
    const [chinese, english] = await Promise.all([localeTexts("zh-cn"), localeTexts("en")]);
    expect(Object.keys(english).length).toBeGreaterThan(100);
    expect(localeFaults(chinese, english)).toEqual([]);
  });

  test("say what to do about each fault of a condition", async () => {
    const [chinese, english] = await Promise.all([localeTexts("zh-cn"), localeTexts("en")]);
    const said = Object.fromEntries(Object.keys(MENDS).map((key) => [key, english[`conditionMend.${key}`]]));
    expect(said).toEqual(MENDS);
    expect(Object.keys(MENDS).filter((key) => !/\p{Script=Han}/u.test(chinese[`conditionMend.${key}`] ?? ""))).toEqual([]);
  });

  test.each(["zh-cn", "en"] as const)("give every key to one file (%s)", async (language) => {
    const keys = (await localeFiles(language)).flatMap(({ texts }) => Object.keys(texts));
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });
});

describe("the checkout", () => {
  test("locks dependencies by name and hash, not by address", () => {
    expect(lockedAddresses(JSON.stringify(readJson("package-lock.json")))).toEqual([]);
  });

  test("mentions no machine's paths and no registry's host", () => {
    expect(machinePaths(repoFiles())).toEqual([]);
  });

  test("has the pages that it names, and every guide in the index of guides", () => {
    expect(pageFaults(repoFiles().filter(({ path }) => !path.startsWith("tests/style/")))).toEqual([]);
  });
});
