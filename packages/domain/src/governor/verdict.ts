/** Why a message goes out now. `transactional`: quiet hours, caps and holdouts were not asked. */
export const SEND_REASONS = ["allowed", "transactional"] as const;
/** Why it waits. */
export const DEFER_REASONS = [
  "not_before",
  "person_awaited",
  "address_awaited",
  "quiet_hours",
  "cap",
  "platform_cap",
  "confirmation",
] as const;
/** Why it is never sent. `too_late`: the rules let it only when it has expired; `never`: they do not within two months. */
export const BLOCK_REASONS = [
  "expired",
  "too_late",
  "never",
  "person_unknown",
  "no_address",
  "suppressed",
  "no_consent",
  "held_out",
  "repeat",
  "window_closed",
  "no_grant",
  "quiet_hours",
  "cap",
] as const;
export type SendReason = (typeof SEND_REASONS)[number];
export type DeferReason = (typeof DEFER_REASONS)[number];
export type BlockReason = (typeof BLOCK_REASONS)[number];

/** What explains a verdict: how many of how many, until when, who said so. Instants are ISO 8601. */
export type VerdictDetails = Readonly<Record<string, string | number | boolean>>;

type Because<Reason> = {
  readonly reason: Reason;
  /** Id of the rule that said so. */
  readonly rule: string | null;
  readonly details: VerdictDetails;
};

/** Whether a message goes out now: yes, not before an instant, or never. */
export type Verdict =
  | ({ readonly verdict: "send" } & Because<SendReason>)
  | ({ readonly verdict: "defer"; readonly untilMs: number } & Because<DeferReason>)
  | ({ readonly verdict: "block" } & Because<BlockReason>);
