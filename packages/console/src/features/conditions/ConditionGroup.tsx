import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import type { Condition, EventCondition, EventSelector, PopulationLeaf } from "@terrace/domain/conditions/condition";
import { Button, Segmented } from "antd";
import type { ReactNode } from "react";
import { useText } from "../../app/i18n.ts";
import type { ConditionGround } from "./condition-ground.ts";
import { EVENT_FIELDS } from "./condition-ground.ts";
import { conditionOf, groupOf, isGroup, isTest, JOINS, newDid, newLeaf, withPart, type Join } from "./condition-draft.ts";
import { ChanceEditor } from "./ChanceEditor.tsx";
import { ConditionText } from "./ConditionText.tsx";
import { newPopulation, withBy } from "./population-draft.ts";
import { PopulationEditor } from "./PopulationEditor.tsx";
import { isDayLeaf } from "./day-draft.ts";
import { DidEditor } from "./DidEditor.tsx";
import { LeafEditor } from "./LeafEditor.tsx";
import { SegmentEditor } from "./SegmentEditor.tsx";
import { newSequence } from "./sequence-draft.ts";
import { SequenceEditor } from "./SequenceEditor.tsx";
import { TagEditor } from "./TagEditor.tsx";

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
      <AddPart ground={ground} group={depth < DEPTH_MAX && group.parts.length > 0} onAdd={(part) => set([...group.parts, part])} />
    </div>
  );
}

/** Buttons for what may be added; `group` says whether that is also another group. */
function AddPart({
  ground,
  group,
  onAdd,
}: {
  readonly ground: ConditionGround;
  readonly group: boolean;
  readonly onAdd: (part: Condition) => void;
}) {
  const text = useText();
  const first = newLeaf(ground.kinds.includes("property") ? "property" : "trait");
  const ofPeople = [
    { word: text("insight.addDid"), part: newDid(null) },
    { word: text("insight.addSequence"), part: newSequence() },
    { word: text("insight.addSegment"), part: { segment: "", in: true } },
    { word: text("insight.addTag"), part: { tag: "", has: true } },
    { word: text("insight.addPopulation"), part: newPopulation() },
    { word: text("insight.addChance"), part: { chance: { percent: [0, 10], seed: text("insight.newSeed") } } },
  ] as const;
  const offered: readonly { readonly word: string; readonly part: Condition }[] = [
    { word: text("insight.addCondition"), part: first },
    ...(ground.kinds.includes("trait") ? ofPeople : []),
    ...(group ? [{ word: text("insight.addGroup"), part: { any: [first, first] } }] : []),
  ];
  return (
    <div className="row-wrap">
      {offered.map(({ word, part }) => (
        <Button key={word} type="link" size="small" icon={<PlusOutlined />} onClick={() => onAdd(part)}>
          {word}
        </Button>
      ))}
    </div>
  );
}

type Selector = EventSelector<EventCondition>;
type WhereOf = (selector: Selector, set: (selector: Selector) => void) => ReactNode;

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
  if ("tag" in part) return <TagEditor leaf={part} onChange={onChange} />;
  const whereOf: WhereOf = (selector, set) => (
    <ConditionGroup
      condition={selector.where}
      ground={{ events: [selector.event], kinds: EVENT_FIELDS, period: ground.period }}
      depth={DEPTH_MAX}
      // The ground lets only fields of the event be asked.
      onChange={(where) => set({ event: selector.event, ...(where === undefined ? {} : { where: where as EventCondition }) })}
    />
  );
  if ("chance" in part) return <ChanceEditor leaf={part} onChange={onChange} />;
  if ("population" in part) return <PopulationPart part={part} onChange={onChange} whereOf={whereOf} />;
  if ("sequence" in part) return <SequenceEditor leaf={part} onChange={onChange} whereOf={whereOf} />;
  if ("did" in part)
    return (
      <DidEditor leaf={part} onChange={onChange}>
        {whereOf(part.did, (did) => onChange({ ...part, did }))}
      </DidEditor>
    );
  if (isTest(part) || isDayLeaf(part)) return <LeafEditor leaf={part} ground={ground} onChange={onChange} />;
  // What cannot be changed here is shown in words, and kept.
  return <ConditionText condition={part} />;
}

function PopulationPart({
  part,
  onChange,
  whereOf,
}: {
  readonly part: PopulationLeaf;
  readonly onChange: (part: Condition) => void;
  readonly whereOf: WhereOf;
}) {
  const { population: by } = part;
  return (
    <PopulationEditor leaf={part} onChange={onChange}>
      {"did" in by ? whereOf(by.did, (did) => onChange(withBy(part, { ...by, did }))) : null}
    </PopulationEditor>
  );
}
