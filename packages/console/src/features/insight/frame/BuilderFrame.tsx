import { Button, Drawer } from "antd";
import type { ReactNode } from "react";
import { useText } from "../../../app/i18n.ts";
import { usePhone } from "../../../app/theme/use-screen.ts";
import { KindSwitch } from "./KindSwitch.tsx";

type Props = {
  readonly kind: string;
  readonly dirty: boolean;
  readonly gaps: number;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onRun: () => void;
  readonly onReset: () => void;
  readonly children: ReactNode;
};

/** The builder at the left; on a phone a drawer. A question is asked by its button, or by Ctrl/⌘ Enter. */
export function BuilderFrame(props: Props) {
  const text = useText();
  const phone = usePhone();
  if (!phone) return <div className="builder">{<BuilderBody {...props} />}</div>;
  return (
    <Drawer
      open={props.open}
      onClose={props.onClose}
      placement="left"
      size="100%"
      title={text("insight.builder")}
      className="builder-drawer"
    >
      <BuilderBody {...props} />
    </Drawer>
  );
}

function BuilderBody({ kind, dirty, gaps, onRun, onReset, onClose, children }: Props) {
  const text = useText();
  const run = () => {
    if (gaps > 0) return;
    onRun();
    onClose();
  };
  return (
    <form
      className="builder-form"
      aria-label={text("insight.builder")}
      onSubmit={(event) => {
        event.preventDefault();
        run();
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run();
        // Enter in a field of the builder takes the typed value over and does not ask yet.
        else if (event.key === "Enter" && event.target instanceof HTMLInputElement) event.preventDefault();
      }}
    >
      <KindSwitch kind={kind} />
      <div className="builder-parts">{children}</div>
      <footer className="builder-foot">
        {gaps === 0 ? null : <p className="small muted">{text("insight.gaps", { count: gaps })}</p>}
        <div className="row">
          <Button htmlType="submit" type={dirty ? "primary" : "default"} className="grow" disabled={gaps > 0}>
            {text("insight.run")}
          </Button>
          <Button onClick={onReset}>{text("insight.reset")}</Button>
        </div>
      </footer>
    </form>
  );
}
