import type { Role } from "../access/permissions.ts";
import type { Purpose } from "../consent/purposes.ts";
import type { PropertyClass } from "../personal/property-class.ts";
import type { RetentionRule } from "../retention/plan-retention.ts";

/** What the configuration cannot tell. Empty = nobody said. */
export type PrivacyFacts = {
  readonly controller: string;
  readonly contact: string;
  readonly storagePlace: string;
  readonly crossBorder: boolean;
  readonly crossBorderNote: string;
  readonly recipients: string;
  readonly measures: string;
};

export const NO_FACTS: PrivacyFacts = {
  controller: "",
  contact: "",
  storagePlace: "",
  crossBorder: false,
  crossBorderNote: "",
  recipients: "",
  measures: "",
};

/** Whether somebody has filled the facts in at all: before that, "not abroad" is nobody's word. */
export function areFactsStated(facts: PrivacyFacts): boolean {
  return Object.values(facts).some((fact) => fact === true || (typeof fact === "string" && fact !== ""));
}

/** A class of personal data with what was seen of it. */
export type CategorySeen = { readonly class: PropertyClass; readonly names: readonly string[]; readonly total: number };

/** Data that left: what was done (from the audit log), how often in the last year, and when last. */
export type OutflowSeen = { readonly action: string; readonly times: number; readonly lastAt: string };

/** What a report is made from, taken from the running configuration at one moment. */
export type PrivacyReportData = {
  readonly workspace: string;
  readonly zone: string;
  readonly madeAt: string;
  readonly madeBy: string;
  readonly facts: PrivacyFacts;
  readonly people: { readonly identified: number; readonly anonymous: number };
  readonly events: { readonly total: number; readonly firstAt: string | null; readonly lastAt: string | null };
  readonly purposes: readonly (Purpose & { readonly given: number; readonly withdrawn: number })[];
  readonly categories: readonly CategorySeen[];
  readonly outflows: readonly OutflowSeen[];
  readonly retention: readonly RetentionRule[];
  readonly purges: { readonly proofs: number; readonly deleted: number };
  readonly members: Readonly<Partial<Record<Role, number>>>;
};
