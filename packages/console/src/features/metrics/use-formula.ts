import type { MetricView } from "@terrace/contract/api/metric-parts";
import { measureWords } from "@terrace/domain/insight/metrics/own-words";
import { useLanguage } from "../../app/i18n.ts";
import { useEventNames } from "../events/use-event-names.ts";
import { inLanguage } from "./metric-words.ts";

/** The formula of a metric in words; the events of an own one by the names operators know them by. */
export function useFormula(): (metric: Pick<MetricView, "formula" | "definition">) => string {
  const language = useLanguage();
  const { nameOf } = useEventNames();
  return ({ formula, definition }) => {
    if (definition?.kind !== "measure") return inLanguage(formula, language);
    const events = definition.events.map((each) => ({ ...each, event: each.event === null ? null : nameOf(each.event) }));
    return inLanguage(measureWords({ ...definition, events }), language);
  };
}
