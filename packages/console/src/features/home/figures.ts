import type { getOverview } from "@terrace/contract/api/live";
import type { CallAnswer } from "../../app/api/client.ts";
import type { Format } from "../../app/workspace/use-format.ts";
import type { Unit } from "../../ui/format/measures.ts";
import type { Figure } from "../../ui/format/numbers.ts";

export type FigureView = CallAnswer<typeof getOverview>["figures"][number];
export type FigureId = FigureView["id"];

const IDS: readonly FigureId[] = ["events", "active_people", "new_people", "orders", "revenue_minor"];

/** Whether a text of the address names a figure. */
export function isFigureId(text: string | null): text is FigureId {
  return IDS.some((id) => id === text);
}

/** The figure's value as it is printed large. */
export function figureValue(id: FigureId, value: number, format: Format): Figure {
  return id === "revenue_minor" ? format.moneyParts(value) : format.figureParts(value);
}

/** The exact value, for tables, tooltips and exports. */
export function exactValue(id: FigureId, value: number, format: Format): string {
  return id === "revenue_minor" ? format.money(value) : format.count(value);
}

/** What a figure is a figure of. */
export function unitOfFigure(id: FigureId): Unit {
  if (id === "revenue_minor") return "money";
  return id === "active_people" || id === "new_people" ? "people" : "times";
}
