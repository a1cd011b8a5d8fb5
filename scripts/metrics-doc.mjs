import { writeFileSync } from "node:fs";
import { metricsDocument } from "../packages/domain/src/insight/metrics/metrics-document.ts";

// docs/metrics.md and docs/metrics.zh-CN.md, made from the catalogue. Run with the Node of node_modules/.bin.
for (const [language, file] of [
  ["en", "metrics.md"],
  ["zh", "metrics.zh-CN.md"],
])
  writeFileSync(new URL(`../docs/${file}`, import.meta.url), metricsDocument(language));
