import type { EventSelector } from "@terrace/domain/conditions/condition";
import type { PersonalClass } from "@terrace/domain/event/feed-event";
import type { VirtualEvent } from "@terrace/domain/event/virtual-event";
import { ch, type ChStatement } from "./clickhouse.ts";
import { namedCondition } from "./event-names.ts";

/** What a condition needs to know besides itself to become SQL. */
export type ConditionTools = {
  readonly workspaceId: number;
  readonly virtuals: readonly VirtualEvent[];
  /** Token of a personal value within the workspace. */
  readonly tokenise: (personalClass: PersonalClass, value: string) => string;
  /** Now, Unix ms; "the last days" end here. */
  readonly nowMs: number;
  /** IANA zone of the workspace; dates are local to it. */
  readonly zone: string;
};

/** The condition on a row of `events` that the selector means; it stands in brackets, so that it may be put anywhere. */
export function eventSelectorSql(selector: EventSelector, tools: ConditionTools): ChStatement {
  if (selector.where !== undefined) throw new TypeError("conditions of a selector are not turned into SQL yet");
  return selector.event === null ? ch`(1)` : ch`(${namedCondition([selector.event], tools.virtuals)})`;
}
