#!/usr/bin/env node
// `npm run terrace -- <command> [options]` or `npx terrace <command>`: the command line of Terrace (start, import, …).
import { ensureConsole, ensureDependencies, pinnedNode, runServer } from "./bootstrap.mjs";
import { requireSupportedPlatform } from "./platform-check.mjs";

const args = process.argv.slice(2);
requireSupportedPlatform();
ensureDependencies();
const node = pinnedNode();
// Only a server needs the console; every other command answers at once.
if (args[0] === "start" && !args.some((arg) => arg === "--help" || arg === "-h" || arg === "--version")) ensureConsole(node);
runServer(node, args);
