// What is mended in a dependency until its makers do. Install scripts are off, so this is done at each start and before each test run.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Each for one version only: whoever takes another one looks at this again. */
const PATCHES = [
  {
    // A connection that was lost keeps the error it was told last, and the bytes it had not yet sent: the next question fails of the one, the next login
    // hangs in the other. See docs/decisions/0029-lost-connections.md.
    name: "postgres",
    version: "3.4.9",
    file: "src/connection.js",
    from: "    incomings = null\n    clearImmediate(nextWriteTimer)\n    socket.removeListener('data', data)",
    to: "    incomings = null\n    clearImmediate(nextWriteTimer)\n    chunk = nextWriteTimer = errorResponse = null\n    socket.removeListener('data', data)",
  },
];

/** Mends what is installed in `modules`; what is mended already stays as it is. Throws when a dependency is not the one that a mend was made for. */
export function applyPatches(modules) {
  for (const { name, version, file, from, to } of PATCHES) {
    const path = join(modules, name, file);
    const installed = JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8")).version;
    const text = readFileSync(path, "utf8");
    if (text.includes(to)) continue;
    if (installed !== version || text.split(from).length !== 2)
      throw new Error(
        `${name} ${installed} is not ${version}, for which scripts/patches.mjs mends ${file}: see whether it is still needed`,
      );
    // In one step: another process may be reading it.
    const next = `${path}.${process.pid}`;
    try {
      writeFileSync(
        next,
        text.replace(from, () => to),
      );
      renameSync(next, path);
    } catch (error) {
      throw new Error(
        `${path} has to be mended and cannot be written: run "npm start -- --help" once as whoever owns node_modules, e.g. where an image is built`,
        { cause: error },
      );
    }
  }
}
