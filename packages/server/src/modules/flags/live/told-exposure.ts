import { UNIT_ATTRIBUTES, UNITS } from "@terrace/domain/assignment/units";
import { EXPOSURE } from "@terrace/domain/event/exposure-event";
import type { FeedEvent } from "@terrace/domain/event/feed-event";
import { toldEvent } from "@terrace/domain/event/told-event";
import type { GivenArm } from "@terrace/domain/flags/evaluate-flag";
import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import type { AssignmentRow } from "./assignment.store.ts";

/** What is to be told of an arm when it is written down: which flag gave it, how, and to whom in clear. */
export type ToldExposure = {
  readonly flag: string;
  readonly given: Pick<GivenArm, "attribute" | "hashVersion">;
  readonly ref: IdentityRef;
};

/** The event of an arm that was given: one for each row, however often it is written. */
export function exposureOf(workspaceId: number, row: AssignmentRow, { flag, given, ref }: ToldExposure): FeedEvent {
  const { originId, experiment, version, arm, at, period } = row;
  const unit = UNITS.find((one) => UNIT_ATTRIBUTES[one] === given.attribute) ?? "person";
  return toldEvent({
    workspaceId,
    id: ref,
    atMs: at.getTime(),
    messageId: `given-${experiment}-${version}-${originId}`,
    name: EXPOSURE,
    properties: { experiment, variant: arm, flag, unit, hash_version: given.hashVersion, version, ...(period === null ? {} : { period }) },
  });
}
