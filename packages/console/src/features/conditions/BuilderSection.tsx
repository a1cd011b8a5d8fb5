import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import type { ReactNode } from "react";
import { useId } from "react";
import "./builder-section.css";

type Props = {
  readonly title: string;
  /** The word of the button that adds one more; without it there is no button. */
  readonly add?: string | undefined;
  readonly onAdd?: (() => void) | undefined;
  readonly children?: ReactNode;
};

/** A part of the builder: its name, a button to add one more, and what was chosen. */
export function BuilderSection({ title, add, onAdd, children }: Props) {
  const id = useId();
  return (
    <section className="builder-section" aria-labelledby={id}>
      <header>
        <h3 id={id}>{title}</h3>
        {add === undefined ? null : (
          <Button type="link" size="small" icon={<PlusOutlined />} onClick={() => onAdd?.()}>
            {add}
          </Button>
        )}
      </header>
      {children}
    </section>
  );
}
