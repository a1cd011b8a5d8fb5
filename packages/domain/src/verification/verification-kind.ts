import type { InBothLanguages } from "../in-both-languages.ts";
import type { EvidenceField } from "./evidence.ts";

/** Colours of badges: names that the console turns into those of its theme. */
export const BADGE_COLORS = ["green", "blue", "orange", "purple", "gold", "cyan", "red", "grey"] as const;
export type BadgeColor = (typeof BADGE_COLORS)[number];

/** What is shown beside the name of who has it. */
export type VerificationBadge = { readonly label: InBothLanguages; readonly color: BadgeColor };

/** A kind of verification, but for whom it is open to. */
export type VerificationKind = {
  readonly key: string;
  readonly name: InBothLanguages;
  readonly badge: VerificationBadge;
  readonly tag: string;
  readonly fields: readonly EvidenceField[];
  readonly validDays: number | null;
};
