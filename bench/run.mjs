#!/usr/bin/env node
// Runs a measurement on the pinned Node: node bench/run.mjs soak --minutes 20
import { spawn } from "node:child_process";
import { join } from "node:path";
import { ROOT, ensureDependencies, pinnedNode } from "../scripts/bootstrap.mjs";

const [name = "", ...args] = process.argv.slice(2);
ensureDependencies();
const child = spawn(pinnedNode(), [join(ROOT, "bench", `${name}.ts`), ...args], { cwd: ROOT, stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("close", (code) => process.exit(code ?? 1));
