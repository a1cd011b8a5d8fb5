// Runs before everything else in the npm scripts: `exec`, which follows, means nothing to Windows' shell.
import { requireSupportedPlatform } from "./platform-check.mjs";

requireSupportedPlatform();
