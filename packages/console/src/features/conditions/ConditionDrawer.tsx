import type { Condition } from "@terrace/domain/conditions/condition";
import { Button, Drawer } from "antd";
import { useState } from "react";
import { useText } from "../../app/i18n.ts";
import { usePhone } from "../../app/theme/use-screen.ts";
import { draftGaps } from "./draft-gaps.ts";
import type { ConditionGround } from "./condition-ground.ts";
import { ConditionGroup } from "./ConditionGroup.tsx";
import { conditionOf, newLeaf } from "./condition-draft.ts";
import "./conditions.css";

type Props = {
  readonly title: string;
  readonly condition: Condition | undefined;
  readonly ground: ConditionGround;
  readonly onSave: (condition: Condition | undefined) => void;
  readonly onClose: () => void;
};

/** Puts a condition together beside the page. What is not complete cannot be taken over. */
export function ConditionDrawer({ title, condition, ground, onSave, onClose }: Props) {
  const text = useText();
  const phone = usePhone();
  const first = newLeaf(ground.kinds.includes("property") ? "property" : "trait");
  const [draft, setDraft] = useState<Condition | undefined>(condition ?? conditionOf({ join: "all", parts: [first] }));
  const gaps = draftGaps(draft);
  return (
    <Drawer
      open
      title={title}
      onClose={onClose}
      size={phone ? "100%" : 640}
      footer={
        <div className="row row-end">
          {gaps === 0 ? null : <span className="muted small grow">{text("insight.gaps", { count: gaps })}</span>}
          <Button onClick={onClose}>{text("common.cancel")}</Button>
          <Button
            type="primary"
            disabled={gaps > 0}
            onClick={() => {
              onSave(draft);
              onClose();
            }}
          >
            {text("common.confirm")}
          </Button>
        </div>
      }
    >
      <ConditionGroup condition={draft} ground={ground} onChange={setDraft} />
    </Drawer>
  );
}
