#!/usr/bin/env node
// `npm run terrace -- <command> [options]` or `npx terrace <command>`: the command line of Terrace (start, import, …).
import { ensureConsole, ensureDependencies, pinnedNode, runServer } from "./bootstrap.mjs";
import { requireSupportedPlatform } from "./platform-check.mjs";

const args = process.argv.slice(2);
requireSupportedPlatform();
ensureDependencies();
const node = pinnedNode();
const starts = args[0] === undefined || args[0] === "start" || args[0].startsWith("--");
if (starts && !args.includes("--help")) ensureConsole(node);
runServer(node, args);
