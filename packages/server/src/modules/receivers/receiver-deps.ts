import type { FeedEvent, RejectedEvent } from "@terrace/domain/event/feed-event";
import type { Db } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import type { TakeDeps } from "./take-post.ts";

export type ReceiverDeps = TakeDeps & {
  readonly db: Db;
  readonly privacy: Pick<PrivacyModule, "encryptPayload" | "decryptPayload">;
  readonly audit: AccessModule["audit"];
  /** Resolved once the events are committed to the feed. */
  readonly accept: (events: readonly FeedEvent[], rejected: readonly RejectedEvent[]) => Promise<void>;
  readonly nowMs: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
};
