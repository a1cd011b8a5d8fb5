import type { MetricDefinitionBody, MetricView } from "@terrace/contract/api/metric-parts";
import type { MetricDirection, MetricUnit } from "@terrace/domain/insight/metrics/metric";
import type { Text } from "../../app/i18n.ts";
import type { Language } from "../../ui/format/language.ts";
import { changeOf, MINUS, type Change } from "../../ui/format/numbers.ts";

export type Parameter = MetricView["parameters"][number];
export type Events = Extract<Parameter["value"], readonly unknown[]>;

/** A text of the catalogue in the language of the console. */
export function inLanguage(words: { readonly zh: string; readonly en: string }, language: Language): string {
  return language === "en" ? words.en : words.zh;
}

/** Which way a change is welcome, as `ChangeText` takes it. */
export function betterOf(better: MetricDirection): "up" | "down" | "neither" {
  return better === "neutral" ? "neither" : better;
}

const MEASURE_UNITS: Readonly<Record<string, MetricUnit>> = { events: "count", people: "people" };

/** The unit that what is made of some metrics most likely has; money divided by anything but money is money. */
export function likelyUnit(definition: MetricDefinitionBody, unitOf: (id: string) => MetricUnit | undefined): MetricUnit | undefined {
  switch (definition.kind) {
    case "copy":
      return undefined;
    case "measure":
      return MEASURE_UNITS[definition.measure.kind] ?? "number";
    case "ratio": {
      const [of, per] = [unitOf(definition.of), unitOf(definition.per)];
      if (of === per || (of === "people" && per === "count")) return "share";
      return of === "money" || of === "seconds" ? of : "number";
    }
    case "formula":
      return definition.metrics.some((id) => unitOf(id) === "money") ? "money" : "number";
  }
}

type Told = { readonly total: number | null; readonly previous?: { readonly total: number | null } | undefined };

/** How a figure changed against the period before: a share in percentage points, all others as a part of what they were. */
export function changeOfMetric({ unit }: Pick<MetricView, "unit">, line: Told | undefined): Change | undefined {
  const [now, before] = [line?.total ?? Number.NaN, line?.previous?.total ?? Number.NaN];
  if (unit !== "share") return changeOf(now, before);
  if (!Number.isFinite(now) || !Number.isFinite(before)) return undefined;
  const points = Math.round((now - before) * 1_000) / 10;
  const text = `${Math.abs(points).toFixed(1)} pp`;
  if (points === 0) return { direction: "flat", text, signed: text };
  return { direction: points > 0 ? "up" : "down", text, signed: `${points > 0 ? "+" : MINUS}${text}` };
}

/** Events by the names operators know; narrowed ones say so. */
export function eventsText(events: Events, { text, nameOf }: { readonly text: Text; readonly nameOf: (event: string) => string }): string {
  return events
    .map(({ event, where }) => {
      const name = event === null ? text("insight.anyEvent") : nameOf(event);
      return where === undefined ? name : text("metrics.narrowed", { name });
    })
    .join(text("metrics.listSeparator"));
}

/** What stands for a parameter. */
export function parameterText({ value }: Parameter, ground: { readonly text: Text; readonly nameOf: (event: string) => string }): string {
  return typeof value === "object" ? eventsText(value, ground) : String(value);
}

/** A list in pieces of at most so many, in order. */
export function chunksOf<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}
