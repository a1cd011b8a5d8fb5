import { Button } from "antd";
import type { ReactNode } from "react";
import { useText } from "../app/i18n.ts";
import { FaultAlert } from "./FaultAlert.tsx";

type Props = {
  readonly save: { readonly error: unknown; readonly isPending: boolean };
  /** What saving does. */
  readonly note: string;
  readonly canSave: boolean;
  readonly onSave: () => void;
  readonly saveText?: string;
  /** Other ways on, before the button that saves. */
  readonly children?: ReactNode;
};

/** The end of a draft: why it was refused, what saving does, and the button that does it. */
export function SaveFoot({ save, note, canSave, onSave, saveText, children }: Props) {
  const text = useText();
  return (
    <>
      {save.error === null ? null : <FaultAlert error={save.error} />}
      <div className="row row-end">
        <span className="small muted grow">{note}</span>
        {children}
        <Button type="primary" disabled={!canSave} loading={save.isPending} onClick={onSave}>
          {saveText ?? text("common.save")}
        </Button>
      </div>
    </>
  );
}
