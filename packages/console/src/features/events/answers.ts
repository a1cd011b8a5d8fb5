import type { getEventDefinition, listEventDefinitions, listRecentEvents } from "@terrace/contract/api/events";
import type { CallAnswer } from "../../app/api/client.ts";

export type EventDefinition = CallAnswer<typeof listEventDefinitions>["items"][number];
export type EventRecord = CallAnswer<typeof listRecentEvents>["items"][number];
export type EventDetail = CallAnswer<typeof getEventDefinition>;
