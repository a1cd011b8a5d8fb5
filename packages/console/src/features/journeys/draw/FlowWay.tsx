import { BaseEdge, EdgeLabelRenderer, getSmoothStepPath, type Edge, type EdgeProps } from "@xyflow/react";
import { AddNode, type Added } from "./AddNode.tsx";

export type FlowWayData = {
  /** What is said of the way; empty: nothing. */
  readonly words: string;
  readonly addLabel: string;
  readonly copied: string | undefined;
  /** Puts a node in; undefined where nothing can be changed. */
  readonly add: ((added: Added) => void) | undefined;
};
export type DrawnFlowWay = Edge<FlowWayData, "way">;

/** A way from one node to another, with its name and the button that puts a node in. */
export function FlowWay(props: EdgeProps<DrawnFlowWay>) {
  const { id, sourceX, sourceY, sourcePosition, targetX, targetY, targetPosition, markerEnd, data } = props;
  const [path, x, y] = getSmoothStepPath({ sourceX, sourceY, sourcePosition, targetX, targetY, targetPosition, borderRadius: 6 });
  return (
    <>
      <BaseEdge id={id} path={path} {...(markerEnd === undefined ? {} : { markerEnd })} />
      {data === undefined ? null : (
        <EdgeLabelRenderer>
          <div className="draw-way nodrag nopan" style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}>
            {data.words === "" ? null : <span className="draw-way-words">{data.words}</span>}
            {data.add === undefined ? null : <AddNode label={data.addLabel} copied={data.copied} onAdd={data.add} />}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
}
