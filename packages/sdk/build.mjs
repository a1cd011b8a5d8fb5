// Builds what the package ships: ES modules, one script for pages, and the overlay for defining events on them.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const HERE = dirname(fileURLToPath(import.meta.url));

/** Entry, file and format of each build. */
const BUILDS = [
  ["src/browser/script.ts", "terrace.js", "iife"],
  ["src/browser/browser.ts", "browser.js", "es"],
  ["src/node/node.ts", "node.js", "es"],
  ["src/node/lookup.ts", "lookup.js", "es"],
  ["src/flags/flags.ts", "flags.js", "es"],
  // Copied into a mini-program, each as one file: its compiler takes CommonJS everywhere.
  ["src/mini-program/mini-program.ts", "mini-program/terrace.js", "cjs"],
  ["src/mini-program/flags.ts", "mini-program/flags.js", "cjs"],
  ["src/overlay/overlay.ts", "overlay.js", "iife"],
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
  declareTypes(join(next, "types"));
  rmSync(folder, { recursive: true, force: true });
  renameSync(next, folder);
}

/** Types for those who install the package. */
function declareTypes(folder) {
  const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript7/package.json")), "bin/tsc");
  const entries = [
    "browser/browser.ts",
    "node/node.ts",
    "node/lookup.ts",
    "flags/flags-api.ts",
    "mini-program/mini-program.ts",
    "mini-program/flags-api.ts",
  ].map((entry) => join(HERE, "src", entry));
  const settings =
    "--ignoreConfig --declaration --emitDeclarationOnly --rewriteRelativeImportExtensions --strict --exactOptionalPropertyTypes --target es2022 --lib ES2024,DOM,DOM.Iterable --module esnext --moduleResolution bundler --skipLibCheck --types node";
  const args = [tsc, ...settings.split(" "), "--rootDir", join(HERE, "src"), "--outDir", folder, ...entries];
  const done = spawnSync(process.execPath, args, { cwd: HERE, stdio: ["ignore", "inherit", "inherit"] });
  if (done.status !== 0) throw new Error("the type declarations could not be written");
  // What evaluates flags is shared with the server and lies outside the package: its types are declared by hand.
  for (const [file, type] of [
    ["flags/flags.d.ts", "CreateFlags"],
    ["mini-program/flags.d.ts", "CreateMiniProgramFlags"],
  ])
    writeFileSync(
      join(folder, file),
      `import type { ${type} } from "./flags-api.ts";\nexport type * from "./flags-api.ts";\n/** Starts reading the flags of a write key's environment. */\nexport declare const createFlags: ${type};\n`,
    );
  // Declarations name each other as they will lie beside the built files.
  for (const file of readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".d.ts"))) {
    const path = join(folder, file);
    writeFileSync(path, readFileSync(path, "utf8").replaceAll(/(from "\.[^"]*)\.ts"/g, '$1.js"'));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAll(process.argv[2] ?? join(HERE, "dist"));
