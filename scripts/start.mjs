#!/usr/bin/env node
// `npm start -- [options]`: installs and builds what is missing, then runs Terrace.
import { ensureConsole, ensureDependencies, pinnedNode, runServer } from "./bootstrap.mjs";
import { requireSupportedPlatform } from "./platform-check.mjs";

const args = process.argv.slice(2);
requireSupportedPlatform();
ensureDependencies();
const node = pinnedNode();
if (!args.some((arg) => arg === "--help" || arg === "-h" || arg === "--version")) ensureConsole(node);
// Another command may stand here too: `npm start -- import …`.
const isCommand = args[0] !== undefined && !args[0].startsWith("-");
runServer(node, isCommand ? args : ["start", ...args]);
