import type { getPerson, getTimeline, unmaskPerson } from "@terrace/contract/api/people";
import type { CallAnswer } from "../../app/api/client.ts";

export type Person = CallAnswer<typeof getPerson>;
export type ClearValues = CallAnswer<typeof unmaskPerson>;
export type TimelineEvent = CallAnswer<typeof getTimeline>["items"][number];
