import type { MappedEvent } from "@terrace/domain/imports/map-rows";
import type { Json } from "@terrace/domain/json";
import type { ChannelFigure } from "./channel-figure.store.ts";

/** The figures that a row of a file of channels says; its day is the one in the zone of the mapping. */
export function figureOf({ timeMs, properties }: MappedEvent, dayOf: (timeMs: number) => string): ChannelFigure | undefined {
  if (timeMs === undefined) return undefined;
  return {
    day: dayOf(timeMs),
    channel: textOf(properties["channel"]),
    campaign: textOf(properties["campaign"]),
    exposures: Math.round(numberOf(properties["exposures"])),
    clicks: Math.round(numberOf(properties["clicks"])),
    cost: numberOf(properties["cost"]),
    currency: textOf(properties["currency"]),
  };
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value.slice(0, 255) : "";
}

function numberOf(value: Json | undefined): number {
  return typeof value === "number" ? value : 0;
}
