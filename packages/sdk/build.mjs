// Builds what the package ships: ES modules and one script for pages.
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const HERE = dirname(fileURLToPath(import.meta.url));

/** Entry, file and format of each build. */
const BUILDS = [
  ["src/browser/script.ts", "terrace.js", "iife"],
  ["src/browser/browser.ts", "browser.js", "es"],
  ["src/node/node.ts", "node.js", "es"],
  // Copied into a mini-program as one file: its compiler takes CommonJS everywhere.
  ["src/mini-program/mini-program.ts", "mini-program/terrace.js", "cjs"],
];

/** Bundles one entry, minified, and answers its text. */
export async function bundle(entry, format) {
  const result = await build({
    root: HERE,
    configFile: false,
    logLevel: "error",
    build: {
      write: false,
      target: "es2021",
      minify: true,
      modulePreload: false,
      rolldownOptions: {
        input: join(HERE, entry),
        external: [/^node:/],
        preserveEntrySignatures: "strict",
        output: { format, minify: true, entryFileNames: "out.js" },
      },
    },
  });
  return result.output[0].code;
}

/** Writes every build into `folder`; the old one stays in place until the new one is complete. */
export async function buildAll(folder) {
  const next = `${folder}.next-${process.pid}`;
  mkdirSync(join(next, "mini-program"), { recursive: true });
  writeFileSync(join(next, "mini-program/package.json"), '{ "type": "commonjs" }\n');
  for (const [entry, file, format] of BUILDS) writeFileSync(join(next, file), await bundle(entry, format));
  rmSync(folder, { recursive: true, force: true });
  renameSync(next, folder);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAll(process.argv[2] ?? join(HERE, "dist"));
