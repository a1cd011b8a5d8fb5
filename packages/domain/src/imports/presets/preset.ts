import type { PlanKind } from "../import-plan.ts";

/** How the export of a platform is read. Columns are written as the platform names them; several spellings are separated by `|`. */
export type Preset = {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly kind: PlanKind;
  /** A file with all of these is taken for this export. */
  readonly signature: readonly string[];
  /** Column → use in short form (see `parseUse`). Columns that are not named are left out. */
  readonly columns: Readonly<Record<string, string>>;
  readonly zone: string;
  readonly currency: string;
  readonly unpaid: string;
  readonly refunded: string;
  readonly paidOnly: boolean;
};

/** What most Chinese platforms have in common. */
export const IN_CHINA = { zone: "Asia/Shanghai", currency: "CNY", unpaid: "", refunded: "", paidOnly: false } as const;
