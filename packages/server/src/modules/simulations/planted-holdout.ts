import type { HoldoutGroup, Program } from "@terrace/domain/holdouts/holdout";
import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import { RECALL_HOLDOUT, RECALL_HOUR } from "../../../../simulator/src/actions.ts";
import { HOUR_MS, startOf } from "../../../../simulator/src/calendar.ts";
import type { Simulation } from "../../../../simulator/src/simulation.ts";
import { BUCKETS } from "@terrace/domain/assignment/bucket";

/** A holdout that a simulated business kept, and what the program cost. */
export type PlantedHoldout = {
  readonly key: string;
  readonly name: string;
  readonly program: Program;
  readonly share: number;
  readonly beganAt: Date;
  readonly endedAt: Date;
  readonly askedAt: Date;
  readonly asked: readonly { readonly ref: IdentityRef; readonly group: HoldoutGroup }[];
  readonly cost: { readonly id: string; readonly at: Date; readonly amountMinor: number };
};

/** The holdout that is planted in a simulated business: some silent members were kept from the coupon that brings the others back. */
export function plantedHoldout({ plan, tried }: Pick<Simulation, "plan" | "tried">): PlantedHoldout {
  const { day, windowDays, holdout, costFen } = plan.recall;
  const asked = tried().asked.map(({ ref, isHeld }) => ({ ref, group: isHeld ? ("held" as const) : ("open" as const) }));
  const askedAt = new Date(startOf(day) + RECALL_HOUR * HOUR_MS);
  const program = { kind: "coupon", key: "recall-coupon" } as const;
  return {
    key: RECALL_HOLDOUT.key,
    name: "召回券对照组",
    program,
    share: Math.round(holdout * BUCKETS),
    beganAt: new Date(startOf(day)),
    endedAt: new Date(Math.min(startOf(day + windowDays + 1), plan.endMs)),
    askedAt,
    asked,
    cost: { id: `${program.key}-1`, at: askedAt, amountMinor: costFen * asked.filter(({ group }) => group === "open").length },
  };
}
