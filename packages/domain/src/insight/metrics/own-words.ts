import type { Measure } from "../trends/trends-plan.ts";
import { catalogueMetric } from "./catalogue.ts";
import type { InBothLanguages } from "./metric.ts";
import type { OwnDefinition } from "./own-metric.ts";

const MEASURES: Readonly<Record<Measure["kind"], InBothLanguages>> = {
  events: { zh: "次数", en: "number" },
  people: { zh: "去重人数", en: "distinct people" },
  events_per_person: { zh: "人均次数", en: "number per person" },
  sum: { zh: "之和", en: "sum" },
  sum_per_person: { zh: "人均之和", en: "sum per person" },
  average: { zh: "平均值", en: "average" },
  median: { zh: "中位数", en: "median" },
  min: { zh: "最小值", en: "smallest" },
  max: { zh: "最大值", en: "largest" },
  percentile: { zh: "百分位数", en: "percentile" },
};

/** The formula of an own metric in words; `names` are those of all metrics by their ids. */
export function ownFormulaWords(definition: OwnDefinition, names: ReadonlyMap<string, InBothLanguages>): InBothLanguages {
  const name = (id: string): InBothLanguages => names.get(id) ?? { zh: id, en: id };
  switch (definition.kind) {
    case "copy":
      return catalogueMetric(definition.basedOn.id)?.formula ?? name(definition.basedOn.id);
    case "ratio":
      return {
        zh: `${name(definition.of).zh} ÷ ${name(definition.per).zh}`,
        en: `${name(definition.of).en} ÷ ${name(definition.per).en}`,
      };
    case "formula": {
      const letters = definition.metrics.map((id, index) => ({ letter: String.fromCodePoint(65 + index), name: name(id) }));
      return {
        zh: `${definition.formula}（${letters.map(({ letter, name: of }) => `${letter} = ${of.zh}`).join("，")}）`,
        en: `${definition.formula} (${letters.map(({ letter, name: of }) => `${letter} = ${of.en}`).join(", ")})`,
      };
    }
    case "measure":
      return measureWords(definition);
  }
}

function measureWords({ events, measure }: Extract<OwnDefinition, { readonly kind: "measure" }>): InBothLanguages {
  const narrowed = events.some(({ where }) => where !== undefined);
  const of = (any: string): string => events.map(({ event }) => event ?? any).join(", ");
  const property = "property" in measure ? measure.property : undefined;
  const words = MEASURES[measure.kind];
  const rank = measure.kind === "percentile" ? `${measure.percentile} ` : "";
  return {
    zh: `${of("任意事件")}${narrowed ? "（带条件）" : ""}${property === undefined ? "" : ` 的属性 ${property}`} 的${rank}${words.zh}`,
    en: `${words.en} ${rank}of ${property === undefined ? "" : `the property ${property} of `}${of("any event")}${narrowed ? " (with conditions)" : ""}`,
  };
}
