import type { ReactNode } from "react";

/** A key figure over a chart. */
export type KeyFigure = { readonly key: string; readonly name: string; readonly value: ReactNode; readonly detail?: ReactNode };

/** The key figures of an answer, in a row above its chart. */
export function FigureStrip({ figures }: { readonly figures: readonly KeyFigure[] }) {
  if (figures.length === 0) return null;
  return (
    <dl className="figure-strip">
      {figures.map(({ key, name, value, detail }) => (
        <div key={key}>
          <dt>{name}</dt>
          <dd>{value}</dd>
          {detail === undefined ? null : <dd className="figure-detail">{detail}</dd>}
        </div>
      ))}
    </dl>
  );
}
