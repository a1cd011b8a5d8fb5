import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "./source-files.ts";

const CHECKLIST = "docs/security/asvs.md";

/** How many requirements of level 1 and 2 version 5.0.0 has, in all and by chapter. */
const REQUIREMENTS = 253;
const CHAPTERS = [27, 11, 19, 10, 9, 35, 18, 7, 7, 29, 14, 9, 13, 9, 13, 16, 7] as const;

type Row = { readonly id: string; readonly state: string; readonly evidence: string };

const rows: readonly Row[] = readText(CHECKLIST)
  .split("\n")
  .flatMap((line) => {
    const [, id = "", , , state = "", evidence = ""] = line.split("|").map((cell) => cell.trim());
    return /^\d+\.\d+\.\d+$/.test(id) ? [{ id, state, evidence }] : [];
  });

describe("the security checklist", () => {
  test("names every requirement of level 1 and 2 once, with a state and what holds it or why not", () => {
    expect(new Set(rows.map(({ id }) => id)).size).toBe(REQUIREMENTS);
    expect(rows).toHaveLength(REQUIREMENTS);
    expect(CHAPTERS.map((_, index) => rows.filter(({ id }) => id.startsWith(`${index + 1}.`)).length)).toEqual(CHAPTERS);
    expect(rows.filter(({ state, evidence }) => !["met", "**not met**", "n/a"].includes(state) || evidence === "")).toEqual([]);
  });

  test("gives evidence for whatever it calls met, and counts right", () => {
    expect(rows.filter(({ state, evidence }) => state === "met" && !evidence.includes("`")).map(({ id }) => id)).toEqual([]);
    const count = (wanted: string) => rows.filter(({ state }) => state === wanted).length;
    expect(readText(CHECKLIST)).toContain(`${count("met")} met, ${count("**not met**")} not met, ${count("n/a")} not applicable`);
  });

  test("names only files and tests that exist", () => {
    const missing = rows.flatMap(({ id, evidence }) => [
      ...[...evidence.matchAll(/`((?:packages|tests|docs)\/[^`]+|package-lock\.json)`/g)]
        .filter(([, path = ""]) => !existsSync(join(ROOT, path)))
        .map(([, path = ""]) => `${id} ${path}`),
      ...[...evidence.matchAll(/`([^`]+)` › “([^”]+)”/g)]
        .filter(([, path = "", name = ""]) => !testsIn(path).some((one) => one.includes(name)))
        .map(([, path = "", name = ""]) => `${id} ${path} › ${name}`),
    ]);
    expect(missing).toEqual([]);
  });
});

function readText(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** The names of the tests and groups in a file. */
function testsIn(path: string): readonly string[] {
  const text = existsSync(join(ROOT, path)) ? readText(path) : "";
  return [...text.matchAll(/(?:test|describe)(?:\.\w+(?:\([^"`]*\))?)*\(\s*(?:\[[\s\S]*?\]\)\()?\s*["`]([^"`]+)["`]/g)].map(
    ([, name = ""]) => name,
  );
}
