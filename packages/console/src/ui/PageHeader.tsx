import type { ReactNode } from "react";
import { usePageTitle } from "../app/shell/page-title.ts";

type PageHeaderProps = {
  readonly title: string;
  readonly tags?: ReactNode;
  /** Owner, dates and the like, in small grey. */
  readonly meta?: ReactNode;
  /** At most three buttons, one of them primary. */
  readonly actions?: ReactNode;
  readonly avatar?: ReactNode;
};

/** The one row at the top of every page; it also names the browser tab and the last crumb. */
export function PageHeader({ title, tags, meta, actions, avatar }: PageHeaderProps) {
  usePageTitle(title);
  return (
    <header className="page-header">
      {avatar}
      <div className={avatar === undefined ? "page-header-text page-header-inline" : "page-header-text"}>
        <div className="page-header-line">
          <h1>{title}</h1>
          {tags}
        </div>
        {meta === undefined ? null : <div className="page-header-meta">{meta}</div>}
      </div>
      <div className="page-header-actions">{actions}</div>
    </header>
  );
}
