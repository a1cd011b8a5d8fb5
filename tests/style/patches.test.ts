import { mkdtemp, mkdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { applyPatches } from "../../scripts/patches.mjs";
import { ROOT } from "./source-files.ts";

const INSTALLED = join(ROOT, "node_modules/postgres");
const SOURCE = "postgres/src/connection.js";

async function modulesWith(version: string, source: string): Promise<string> {
  const modules = await mkdtemp(join(tmpdir(), "terrace-modules-"));
  await mkdir(join(modules, "postgres/src"), { recursive: true });
  await writeFile(join(modules, "postgres/package.json"), JSON.stringify({ version }));
  await writeFile(join(modules, SOURCE), source);
  return modules;
}

test("the driver that is installed is mended, and mending it again changes nothing", async () => {
  const mended = await readFile(join(INSTALLED, "src/connection.js"), "utf8");
  const modules = await modulesWith("3.4.9", mended.replace("    chunk = nextWriteTimer = errorResponse = null\n", ""));
  applyPatches(modules);
  applyPatches(modules);
  expect(await readFile(join(modules, SOURCE), "utf8")).toBe(mended);
});

test("where the driver cannot be written, it is said what to do", async () => {
  const mended = await readFile(join(INSTALLED, "src/connection.js"), "utf8");
  const modules = await modulesWith("3.4.9", mended.replace("    chunk = nextWriteTimer = errorResponse = null\n", ""));
  // In the way of what is written first, whoever runs the test.
  await mkdir(join(modules, `${SOURCE}.${process.pid}`));
  expect(() => applyPatches(modules)).toThrow(/cannot be written: run "npm start/);
});

test("another version of the driver is refused, and left as it is", async () => {
  const modules = await modulesWith("3.5.0", "export {};\n");
  expect(() => applyPatches(modules)).toThrow("postgres 3.5.0 is not 3.4.9");
  expect(await readFile(join(modules, SOURCE), "utf8")).toBe("export {};\n");
});
