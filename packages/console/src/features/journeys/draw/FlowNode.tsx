import type { NodeKind } from "@terrace/domain/journeys/journey-definition";
import { Handle, Position, type Node, type NodeProps } from "@xyflow/react";
import { NODE_ICONS } from "./node-icons.tsx";

export type FlowNodeData = {
  readonly kind: NodeKind | "entry";
  readonly title: string;
  readonly does: string;
  /** Said at the foot, such as how many people are there; empty: nothing. */
  readonly foot: string;
  readonly isFaulty: boolean;
  readonly isPassed: boolean;
  /** Names of its ways out, in their order from left to right. */
  readonly outs: readonly string[];
  readonly canConnect: boolean;
};
export type DrawnFlowNode = Node<FlowNodeData, "step">;

/** A node as it is drawn: its sign, name, and a line that says what it does. */
export function FlowNode({ data, selected }: NodeProps<DrawnFlowNode>) {
  const { kind, title, does, foot, isFaulty, isPassed, outs, canConnect } = data;
  const look = ["draw-node", `draw-${kind}`, selected ? "is-selected" : "", isFaulty ? "is-faulty" : "", isPassed ? "is-passed" : ""].join(
    " ",
  );
  return (
    <div className={look}>
      {kind === "entry" ? null : <Handle type="target" position={Position.Top} isConnectable={canConnect} />}
      <span className="draw-icon" aria-hidden>
        {NODE_ICONS[kind]}
      </span>
      <div className="draw-words">
        <strong>{title}</strong>
        {does === title ? null : <small className="muted">{does}</small>}
        {foot === "" ? null : <small className="draw-foot">{foot}</small>}
      </div>
      {outs.map((out, at) => (
        <Handle
          key={out}
          id={out}
          type="source"
          position={Position.Bottom}
          isConnectable={canConnect}
          style={{ left: `${((at + 1) * 100) / (outs.length + 1)}%` }}
        />
      ))}
    </div>
  );
}
