import type { getClassFlow, listClassMoves, listClassTemplates } from "@terrace/contract/api/classes";
import type { CallAnswer } from "../../app/api/client.ts";

export type { ClassView } from "@terrace/contract/api/classes";
export type ClassFlow = CallAnswer<typeof getClassFlow>;
export type FlowStep = ClassFlow["steps"][number];
export type Move = FlowStep["moves"][number];
export type MovedPeople = CallAnswer<typeof listClassMoves>;
export type ClassTemplate = CallAnswer<typeof listClassTemplates>["items"][number];
