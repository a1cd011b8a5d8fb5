import { METRIC_CATALOGUE } from "@terrace/domain/insight/metrics/catalogue";
import { bindMetric } from "@terrace/domain/insight/metrics/bind-metric";
import { suggestBusinessEvents } from "@terrace/domain/insight/metrics/business-events";
import { metricsDocument } from "@terrace/domain/insight/metrics/metrics-document";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

test.each([
  ["en", "metrics.md"],
  ["zh", "metrics.zh-CN.md"],
] as const)("docs tell the metrics of the catalogue in %s", (language, file) => {
  const text = readFileSync(new URL(`../../docs/${file}`, import.meta.url), "utf8");
  expect(text, "run node_modules/.bin/node scripts/metrics-doc.mjs").toBe(metricsDocument(language));
});

test.each([
  ["README.md", /catalogue of (\d+) metrics/],
  ["README.zh-CN.md", /(\d+) 个指标的目录/],
] as const)("%s tells how many metrics there are", (file, count) => {
  const text = readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
  expect(count.exec(text)?.[1]).toBe(String(METRIC_CATALOGUE.length));
});

test("every metric of the catalogue has an id of its own and binds with its defaults", () => {
  const ids = METRIC_CATALOGUE.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const business = suggestBusinessEvents(new Set());
  for (const metric of METRIC_CATALOGUE) expect([metric.id, bindMetric(metric, {}, business).ok]).toEqual([metric.id, true]);
  expect(bindMetric(METRIC_CATALOGUE[0] ?? fail(), { nothing: 1 }, business)).toMatchObject({
    fault: { code: "metric.parameter_invalid" },
  });
});

function fail(): never {
  throw new Error("the catalogue is empty");
}
