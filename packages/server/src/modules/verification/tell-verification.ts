import type { FeedEvent } from "@terrace/domain/event/feed-event";
import { toldEvent } from "@terrace/domain/event/told-event";
import { VERIFICATION_APPROVED, VERIFICATION_EXPIRED, VERIFICATION_REVOKED } from "@terrace/domain/event/verification-events";
import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import { appendWithin } from "../../platform/feed/append-within.ts";
import type { Tx } from "../../platform/storage/postgres.ts";
import type { KindRow } from "./kind.store.ts";
import type { VerificationDeps } from "./verification-deps.ts";

const EVENTS = { approved: VERIFICATION_APPROVED, revoked: VERIFICATION_REVOKED, expired: VERIFICATION_EXPIRED } as const;

export type ToldVerification = {
  readonly workspaceId: number;
  readonly id: string;
  readonly what: keyof typeof EVENTS;
  readonly kind: Pick<KindRow, "key" | "name">;
  readonly ref: IdentityRef;
  readonly timeMs: number;
  readonly atMs: number;
};

/** Puts events on the spine in the transaction that changes the states. Lanes are locked from here to its end. An application comes to a state once, so its event has one number. */
export async function tellVerifications(deps: Pick<VerificationDeps, "privacy">, tx: Tx, told: readonly ToldVerification[]): Promise<void> {
  await appendWithin(tx, deps.privacy, told.map(eventOf));
}

function eventOf({ workspaceId, id, what, kind, ref, timeMs, atMs }: ToldVerification): FeedEvent {
  return toldEvent({
    workspaceId,
    id: ref,
    atMs,
    timeMs,
    messageId: `verification-${id}-${what}`,
    name: EVENTS[what],
    properties: { kind: kind.key, name: kind.name.zh, verification: id },
  });
}
