import type { Condition } from "../../conditions/condition.ts";
import { conditionWords } from "../../conditions/condition-words.ts";
import type { InBothLanguages, Words } from "../../in-both-languages.ts";
import { hideTokens } from "../../personal/hide-tokens.ts";
import type { Measure } from "../trends/trends-plan.ts";
import { catalogueMetric } from "./catalogue.ts";
import type { OwnDefinition } from "./own-metric.ts";

const MEASURES: Words<Measure["kind"]> = {
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
      return copyWords(definition) ?? name(definition.basedOn.id);
    case "ratio":
      return {
        zh: `${name(definition.of).zh} ÷ ${name(definition.per).zh}`,
        en: `${name(definition.of).en} ÷ ${name(definition.per).en}`,
      };
    case "formula": {
      const named = (language: "zh" | "en"): string =>
        definition.formula
          .replaceAll("*", "×")
          .replaceAll("/", "÷")
          .replaceAll(/[A-Z]/g, (letter) => {
            const id = definition.metrics[(letter.codePointAt(0) ?? 0) - FIRST_LETTER];
            return id === undefined ? letter : asOperand(name(id)[language]);
          });
      return { zh: named("zh"), en: named("en") };
    }
    case "measure":
      return measureWords(definition);
  }
}

const FIRST_LETTER = 65;

/** A name that could be read as a part of the formula stands in quotation marks. */
function asOperand(name: string): string {
  return /[-+×÷*/]/.test(name) ? `「${name}」` : name;
}

/** The formula of the catalogue with the numbers that were chosen for it. */
function copyWords({ basedOn, parameters }: Extract<OwnDefinition, { readonly kind: "copy" }>): InBothLanguages | undefined {
  const metric = catalogueMetric(basedOn.id);
  if (metric === undefined) return undefined;
  const chosen = metric.parameters.flatMap(({ name, label }) => {
    const value = parameters[name];
    return typeof value === "number" ? [{ label, value }] : [];
  });
  if (chosen.length === 0) return metric.formula;
  const list = (language: "zh" | "en"): string =>
    chosen.map(({ label, value }) => `${label[language]} = ${value}`).join(language === "zh" ? "，" : ", ");
  return { zh: `${metric.formula.zh}（${list("zh")}）`, en: `${metric.formula.en} (${list("en")})` };
}

const ANY_EVENT: InBothLanguages = { zh: "任意事件", en: "any event" };

/** What narrows an event, without the values of people that it may hold. */
function conditionIn(where: Condition, language: "zh" | "en"): string {
  const words = hideTokens(conditionWords(where, language));
  return language === "zh" ? `（${words}）` : ` (${words})`;
}

/** What a measure counts, by the names its events are given. */
export function measureWords({ events, measure }: Extract<OwnDefinition, { readonly kind: "measure" }>): InBothLanguages {
  const of = (language: "zh" | "en"): string =>
    events
      .map(({ event, where }) => `${event ?? ANY_EVENT[language]}${where === undefined ? "" : conditionIn(where, language)}`)
      .join(", ");
  const property = "property" in measure ? measure.property : undefined;
  const words = MEASURES[measure.kind];
  const rank = measure.kind === "percentile" ? `${measure.percentile} ` : "";
  return {
    zh: `${of("zh")}${property === undefined ? "" : `的属性 ${property} `}的${rank}${words.zh}`,
    en: `${words.en} ${rank}of ${property === undefined ? "" : `the property ${property} of `}${of("en")}`,
  };
}
