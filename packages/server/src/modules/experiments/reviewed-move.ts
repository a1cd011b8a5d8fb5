import type { MoveAsked } from "@terrace/contract/api/flag-changes";

/** A rule of a flag whose changes are reviewed, that puts people into arms of an experiment. */
export type ReviewedAt = { readonly flag: string; readonly environment: string };

/** A move that waits for somebody else, of so many steps of the experiment, and where it would change what flags give. */
export type NewMove = MoveAsked & {
  readonly steps: number;
  readonly note: string;
  readonly at: Date;
  readonly where: readonly ReviewedAt[];
};

/** A move that was approved, and how many steps the experiment had when it was asked for. */
export type ApprovedMove = MoveAsked & { readonly steps: number };
