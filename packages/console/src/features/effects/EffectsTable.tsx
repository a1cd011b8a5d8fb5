import type { ReactNode } from "react";
import { PlainHead, type PlainColumn } from "../../ui/PlainHead.tsx";
import "./effects.css";

type Props = {
  readonly label: string;
  readonly columns: readonly PlainColumn[];
  /** The bodies of the table. */
  readonly children: ReactNode;
};

/** Figures of groups of people and how they differ, as wide as it needs to be. */
export function EffectsTable({ label, columns, children }: Props) {
  return (
    <div className="plain-table-scroll" tabIndex={0}>
      <table className="plain-table effects-table" aria-label={label}>
        <PlainHead columns={columns} />
        {children}
      </table>
    </div>
  );
}
