import { metricDefinitionSchema, metricEventsSchema } from "@terrace/contract/api/metric-parts";
import type { EventSelector } from "@terrace/domain/conditions/condition";
import { BUSINESS_EVENTS, type BusinessEvents } from "@terrace/domain/insight/metrics/business-events";
import type { OwnDefinition } from "@terrace/domain/insight/metrics/own-metric";
import { z } from "zod";
import type { PayloadCipher } from "../../../platform/feed/feed-codec.ts";
import { openText, sealText } from "../../../platform/sealed-text.ts";

export type MetricCipher = Pick<PayloadCipher, "encryptPayload" | "decryptPayload">;
const businessSchema = z.record(z.enum(BUSINESS_EVENTS), metricEventsSchema);

/** A definition as it is stored: conditions in it can hold personal values. */
export function sealDefinition(cipher: MetricCipher, definition: OwnDefinition): Uint8Array {
  return sealText(cipher, JSON.stringify(definition));
}

export function openDefinition(cipher: MetricCipher, sealed: Uint8Array): z.output<typeof metricDefinitionSchema> {
  return metricDefinitionSchema.parse(JSON.parse(openText(cipher, sealed)));
}

export function sealBusiness(cipher: MetricCipher, events: BusinessEvents): Uint8Array {
  return sealText(cipher, JSON.stringify(events));
}

export function openBusiness(cipher: MetricCipher, sealed: Uint8Array): BusinessEvents {
  return businessSchema.parse(JSON.parse(openText(cipher, sealed)));
}

/** Selectors as the API shows them. */
export function shownEvents(events: readonly EventSelector[]): z.output<typeof metricEventsSchema> {
  return metricEventsSchema.parse(events);
}
