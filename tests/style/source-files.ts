import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A file of the repo: path from its root with forward slashes, and its text. */
export type SourceFile = { readonly path: string; readonly text: string };

/** Folders that are built, installed or written by running. */
const NOT_OURS = /(^|\/)(node_modules|dist[^/]*|\.git|\.cache|coverage|data)(\/|$)/;
const BINARY = /\.(png|jpe?g|gif|ico|gz|zst|br|woff2?|pdf)$/;

/** Every text file of the checkout, with or without version control. */
export function repoFiles(folder = ""): readonly SourceFile[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (NOT_OURS.test(path)) return [];
    if (entry.isDirectory()) return repoFiles(path);
    return entry.isFile() && !BINARY.test(path) ? [{ path, text: readFileSync(join(ROOT, path), "utf8") }] : [];
  });
}

/** TypeScript sources of the packages. */
export function packageSources(): readonly SourceFile[] {
  return repoFiles("packages").filter(({ path }) => /\/src\/.*\.tsx?$/.test(path));
}

/** Whether a file is part of what ships, not a test or the testkit. */
export function isProduction({ path }: SourceFile): boolean {
  return !/\.(test|itest|suite)\.tsx?$|^packages\/testkit\//.test(path);
}

/** Names in a folder of the repo; none when it does not exist. */
export function folderNames(path: string): readonly string[] {
  const folder = join(ROOT, path);
  return existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
    : [];
}

/** A text file of the repo. */
export function readText(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** A JSON file of the repo. */
export function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(ROOT, path), "utf8"));
}
