import type { ReactNode } from "react";
import type { Measure } from "../../../ui/format/measures.ts";

/** A key figure over a chart. */
export type KeyFigure = {
  readonly key: string;
  readonly name: string;
  readonly value: ReactNode;
  readonly detail?: ReactNode;
  /** The number itself: all its digits, for where it is pointed at and where it stands beside others. */
  readonly number?: Figured;
};
type Figured = { readonly value: number | null | undefined; readonly measure: Measure };

/** A key figure that is a number. */
export function keyFigure(key: string, name: string, value: number | null | undefined, measure: Measure): KeyFigure {
  return { key, name, value: measure.short(value), number: { value, measure } };
}

/** The key figures of an answer, in a row above its chart. */
export function FigureStrip({ figures }: { readonly figures: readonly KeyFigure[] }) {
  if (figures.length === 0) return null;
  return (
    <dl className="figure-strip">
      {figures.map(({ key, name, value, detail, number }) => (
        <div key={key}>
          <dt>{name}</dt>
          <dd title={number?.measure.exact(number.value)}>{value}</dd>
          {detail === undefined ? null : <dd className="figure-detail">{detail}</dd>}
        </div>
      ))}
    </dl>
  );
}
