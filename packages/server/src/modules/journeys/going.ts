import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import type { Answer, HeardEvent, Selects } from "@terrace/domain/journeys/enrolment";
import type { JourneyDefinition } from "@terrace/domain/journeys/journey-definition";
import type { StoredEnrolment } from "./enrolment-rows.ts";

/** Somebody who is taken on, with the answer to their question. */
export type Going = { readonly stored: StoredEnrolment; readonly answer: Answer | undefined };
/** The same, with the definition by which they go on. */
export type Guided = Going & { readonly definition: JourneyDefinition };

/** What is known of people who are taken on. */
export type Context = {
  readonly personOf: ReadonlyMap<string, string>;
  /** All ids of each person. */
  readonly idsOf: ReadonlyMap<string, readonly string[]>;
  readonly names: ReadonlyMap<string, IdentityRef>;
  readonly zones: ReadonlyMap<string, string>;
  readonly zone: string;
  readonly selects: Selects;
  readonly heard: ReadonlyMap<string, readonly HeardEvent[]>;
  readonly nowMs: number;
};
