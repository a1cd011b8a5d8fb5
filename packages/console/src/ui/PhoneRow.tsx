import { RightOutlined } from "@ant-design/icons";
import type { ReactNode } from "react";

/** A row on a phone: name, state, two figures. */
export type PhoneRowContent = {
  readonly title: ReactNode;
  readonly state?: ReactNode;
  readonly detail?: ReactNode;
  readonly figures?: ReactNode;
  readonly actions?: ReactNode;
};

/** One row of a list on a phone; the whole row opens it, unless it carries buttons of its own. */
export function PhoneRow({ content, onOpen }: { readonly content: PhoneRowContent; readonly onOpen?: () => void }) {
  const body = (
    <>
      <span className="phone-row-main">
        <span className="phone-row-title">
          {content.title}
          {content.state}
        </span>
        <span className="phone-row-detail">{content.detail}</span>
      </span>
      <span className="phone-row-figures">{content.figures}</span>
      {onOpen === undefined ? null : <RightOutlined aria-hidden="true" className="phone-row-arrow" />}
    </>
  );
  return (
    <div className="phone-row-box">
      {onOpen === undefined ? (
        <div className="phone-row">{body}</div>
      ) : (
        <button type="button" className="phone-row" onClick={onOpen}>
          {body}
        </button>
      )}
      {content.actions === undefined ? null : <div className="phone-row-actions">{content.actions}</div>}
    </div>
  );
}
