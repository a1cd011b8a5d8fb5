import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import type { Condition, EventCondition } from "@terrace/domain/conditions/condition";
import { Button, Segmented } from "antd";
import { useText } from "../../../../app/i18n.ts";
import type { ConditionGround } from "./condition-ground.ts";
import { EVENT_FIELDS } from "./condition-ground.ts";
import { conditionOf, groupOf, isGroup, JOINS, newDid, newLeaf, withPart, type Join, type TestLeaf } from "./condition-draft.ts";
import { DidEditor, LeafEditor } from "./LeafEditor.tsx";
import { SegmentEditor } from "./SegmentEditor.tsx";

type Props = {
  readonly condition: Condition | undefined;
  readonly ground: ConditionGround;
  readonly onChange: (condition: Condition | undefined) => void;
  /** How deep this group lies; groups go two levels down, which is as far as people follow. */
  readonly depth?: number;
};

const DEPTH_MAX = 2;

/** A group of conditions: how they hold together, each on its line, and buttons for more. */
export function ConditionGroup({ condition, ground, onChange, depth = 0 }: Props) {
  const text = useText();
  const group = groupOf(condition);
  const set = (parts: readonly Condition[]) => onChange(conditionOf({ ...group, parts }));
  const people = ground.kinds.includes("trait");
  const first = ground.kinds.includes("property") ? "property" : "trait";
  return (
    <div className="condition-group">
      {group.parts.length > 1 || group.join === "none" ? (
        <Segmented<Join>
          size="small"
          aria-label={text("insight.join")}
          value={group.join}
          onChange={(join) => onChange(conditionOf({ ...group, join }))}
          options={JOINS.map((join) => ({ value: join, label: text(`insight.join.${join}`) }))}
        />
      ) : null}
      {group.parts.map((part, at) => (
        <div key={at} className="condition-part">
          <div className="grow">
            <Part part={part} ground={ground} depth={depth} onChange={(next) => onChange(conditionOf(withPart(group, at, next)))} />
          </div>
          <Button
            type="text"
            size="small"
            aria-label={text("common.remove")}
            icon={<CloseOutlined />}
            onClick={() => onChange(conditionOf(withPart(group, at, undefined)))}
          />
        </div>
      ))}
      <div className="row-wrap">
        <Button type="link" size="small" icon={<PlusOutlined />} onClick={() => set([...group.parts, newLeaf(first)])}>
          {text("insight.addCondition")}
        </Button>
        {people ? (
          <>
            <Button type="link" size="small" icon={<PlusOutlined />} onClick={() => set([...group.parts, newDid(null)])}>
              {text("insight.addDid")}
            </Button>
            <Button type="link" size="small" icon={<PlusOutlined />} onClick={() => set([...group.parts, { segment: "", in: true }])}>
              {text("insight.addSegment")}
            </Button>
          </>
        ) : null}
        {depth < DEPTH_MAX && group.parts.length > 0 ? (
          <Button
            type="link"
            size="small"
            icon={<PlusOutlined />}
            onClick={() => set([...group.parts, { any: [newLeaf(first), newLeaf(first)] }])}
          >
            {text("insight.addGroup")}
          </Button>
        ) : null}
      </div>
    </div>
  );
}

function Part({
  part,
  ground,
  depth,
  onChange,
}: {
  readonly part: Condition;
  readonly ground: ConditionGround;
  readonly depth: number;
  readonly onChange: (part: Condition | undefined) => void;
}) {
  if (isGroup(part)) return <ConditionGroup condition={part} ground={ground} depth={depth + 1} onChange={onChange} />;
  if ("segment" in part) return <SegmentEditor leaf={part} onChange={onChange} />;
  if ("did" in part)
    return (
      <DidEditor leaf={part} onChange={onChange}>
        <ConditionGroup
          condition={part.did.where}
          ground={{ events: [part.did.event], kinds: EVENT_FIELDS, period: ground.period }}
          depth={DEPTH_MAX}
          // The ground lets only fields of the event be asked.
          onChange={(where) =>
            onChange({ ...part, did: { event: part.did.event, ...(where === undefined ? {} : { where: where as EventCondition }) } })
          }
        />
      </DidEditor>
    );
  // What is no group, no segment and nothing done is a test of a value.
  return <LeafEditor leaf={part as TestLeaf} ground={ground} onChange={onChange} />;
}
