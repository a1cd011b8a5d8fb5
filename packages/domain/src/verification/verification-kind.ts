import type { InBothLanguages } from "../in-both-languages.ts";
import type { BadgeTone } from "../pyramids/pyramid.ts";
import type { EvidenceField } from "./evidence.ts";

/** What is shown beside the name of who has it. */
export type VerificationBadge = { readonly label: InBothLanguages; readonly tone: BadgeTone };

/** A kind of verification, but for whom it is open to. */
export type VerificationKind = {
  readonly key: string;
  readonly name: InBothLanguages;
  readonly badge: VerificationBadge;
  readonly tag: string;
  readonly fields: readonly EvidenceField[];
  readonly validDays: number | null;
};
