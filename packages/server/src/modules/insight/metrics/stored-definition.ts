import { metricDefinitionSchema, metricEventsSchema, type MetricDefinitionBody } from "@terrace/contract/api/metric-parts";
import type { EventSelector } from "@terrace/domain/conditions/condition";
import { readEventSelector } from "@terrace/domain/conditions/read-condition";
import { BUSINESS_EVENTS, type BusinessEvents } from "@terrace/domain/insight/metrics/business-events";
import type { ParameterValues } from "@terrace/domain/insight/metrics/metric";
import type { OwnDefinition } from "@terrace/domain/insight/metrics/own-metric";
import { z } from "zod";
import { valueOrThrow } from "../../../platform/http/fault-error.ts";
import type { PayloadCipher } from "../../../platform/feed/feed-codec.ts";
import { openText, sealText } from "../../../platform/sealed-text.ts";

export type MetricCipher = Pick<PayloadCipher, "encryptPayload" | "decryptPayload">;
type EventsBody = z.output<typeof metricEventsSchema>;
type ValuesBody = Extract<MetricDefinitionBody, { readonly kind: "copy" }>["parameters"];
const businessSchema = z.record(z.enum(BUSINESS_EVENTS), metricEventsSchema);
type BusinessBody = z.output<typeof businessSchema>;

/** Reads the conditions of a definition. Throws `condition.invalid` and the like, under `path`. */
export function readDefinition(body: MetricDefinitionBody, path: string): OwnDefinition {
  if (body.kind === "copy") return { ...body, parameters: readValues(body.parameters, `${path}.parameters`) };
  return body.kind === "measure" ? { ...body, events: readEvents(body.events, `${path}.events`) } : body;
}

/** Reads the conditions of chosen events. Throws as `readDefinition`. */
export function readValues(values: ValuesBody, path: string): ParameterValues {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === "object" ? readEvents(value, `${path}.${name}`) : value]),
  );
}

/** Reads what counts as what. Throws as `readDefinition`. */
export function readBusiness(body: BusinessBody, path: string): BusinessEvents {
  // One entry for each role of the list.
  return Object.fromEntries(BUSINESS_EVENTS.map((role) => [role, readEvents(body[role], `${path}.${role}`)])) as BusinessEvents;
}

export function sealDefinition(cipher: MetricCipher, definition: MetricDefinitionBody): Uint8Array {
  return sealText(cipher, JSON.stringify(definition));
}

export function openDefinition(cipher: MetricCipher, sealed: Uint8Array): MetricDefinitionBody {
  return metricDefinitionSchema.parse(JSON.parse(openText(cipher, sealed)));
}

export function sealBusiness(cipher: MetricCipher, events: BusinessBody): Uint8Array {
  return sealText(cipher, JSON.stringify(events));
}

export function openBusiness(cipher: MetricCipher, sealed: Uint8Array): BusinessBody {
  return businessSchema.parse(JSON.parse(openText(cipher, sealed)));
}

/** Selectors as the API shows them. */
export function shownEvents(events: readonly EventSelector[]): EventsBody {
  return metricEventsSchema.parse(events);
}

function readEvents(events: EventsBody, path: string): readonly EventSelector[] {
  return events.map((event, index) => valueOrThrow(readEventSelector(event, `${path}.${index}`)));
}
