import type { ReactNode, Ref } from "react";

type PanelProps = {
  readonly title?: ReactNode;
  readonly count?: ReactNode;
  readonly extra?: ReactNode;
  readonly children: ReactNode;
  /** `flush` lets tables and rows reach the border. */
  readonly flush?: boolean;
  readonly className?: string;
  readonly label?: string;
  readonly ref?: Ref<HTMLElement>;
};

/** A card of the page: a 40 px head with title and actions, and a body. */
export function Panel({ title, count, extra, children, flush = false, className = "", label, ref }: PanelProps) {
  return (
    <section
      {...(ref === undefined ? {} : { ref })}
      className={`panel ${flush ? "panel-flush" : ""} ${className}`}
      {...(label === undefined ? {} : { "aria-label": label })}
    >
      {title === undefined ? null : (
        <header className="panel-head">
          <h2>{title}</h2>
          {count === undefined ? null : <span className="panel-count">{count}</span>}
          <div className="panel-extra">{extra}</div>
        </header>
      )}
      <div className="panel-body">{children}</div>
    </section>
  );
}
