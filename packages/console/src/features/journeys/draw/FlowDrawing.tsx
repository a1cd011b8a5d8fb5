import { useEffect } from "react";
import { Background, Controls, MiniMap, ReactFlow, ReactFlowProvider, useReactFlow, useStoreApi, type Connection } from "@xyflow/react";
import { useText } from "../../../app/i18n.ts";
import { useDark, usePhone } from "../../../app/theme/use-screen.ts";
import type { Definition } from "./draft-edits.ts";
import { NODE_SIZE } from "./flow-layout.ts";
import { FlowNode } from "./FlowNode.tsx";
import { FlowWay } from "./FlowWay.tsx";
import { useFlow, type FlowOptions } from "./use-flow.ts";
import "@xyflow/react/dist/style.css";
import "./draw.css";

const NODE_TYPES = { step: FlowNode };
const WAY_TYPES = { way: FlowWay };
/** Small journeys are not blown up, large ones stay legible. */
const FIT = { maxZoom: 1, minZoom: 0.4, padding: 0.1 };

/** From so many nodes on a map helps. */
const MAPPED_FROM = 12;
const MAP_SIZE = { width: 120, height: 96 };

type Props = FlowOptions & {
  readonly definition: Definition;
  readonly label: string;
  readonly onSelect?: (id: string | undefined) => void;
};

/** A journey from the top down: who comes in, each node, and where its ways out lead. */
export function FlowDrawing({ definition, label, onSelect, ...options }: Props) {
  const text = useText();
  const phone = usePhone();
  const dark = useDark();
  const { nodes, edges } = useFlow(definition, options);
  const { drawing } = options;
  const connect = ({ source, sourceHandle, target }: Connection) => drawing?.connect({ from: source, out: sourceHandle ?? "next" }, target);
  return (
    <div className="draw-canvas" role="group" aria-label={label}>
      <ReactFlowProvider>
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={NODE_TYPES}
          edgeTypes={WAY_TYPES}
          colorMode={dark ? "dark" : "light"}
          fitView
          fitViewOptions={FIT}
          minZoom={0.2}
          maxZoom={1.5}
          deleteKeyCode={null}
          nodesDraggable={false}
          nodesConnectable={drawing !== undefined}
          elementsSelectable={onSelect !== undefined}
          preventScrolling={drawing !== undefined}
          onConnect={connect}
          onNodesChange={(changes) => {
            const chosen = changes.find((change) => change.type === "select" && change.selected);
            if (chosen?.type === "select") onSelect?.(chosen.id);
          }}
          onPaneClick={() => onSelect?.(undefined)}
          ariaLabelConfig={{
            "controls.zoomIn.ariaLabel": text("journeys.draw.zoomIn"),
            "controls.zoomOut.ariaLabel": text("journeys.draw.zoomOut"),
            "controls.fitView.ariaLabel": text("journeys.draw.fit"),
            "node.a11yDescription.default": text("journeys.draw.nodeHint"),
            "minimap.ariaLabel": text("journeys.draw.map"),
          }}
        >
          <Background gap={16} />
          <Controls showInteractive={false} />
          {phone || nodes.length < MAPPED_FROM ? null : <MiniMap pannable zoomable style={MAP_SIZE} />}
          <Follow id={options.selected} />
        </ReactFlow>
      </ReactFlowProvider>
    </div>
  );
}

/** Brings the chosen node into view when it is not: a new one may stand below what is seen. */
function Follow({ id }: { readonly id: string | undefined }) {
  const { getNode, getViewport, setCenter } = useReactFlow();
  const store = useStoreApi();
  const at = id === undefined ? undefined : getNode(id)?.position;
  const [left, top] = [at?.x, at?.y];
  useEffect(() => {
    if (left === undefined || top === undefined) return;
    const { width, height } = store.getState();
    const { x, y, zoom } = getViewport();
    const [nodeLeft, nodeTop] = [left * zoom + x, top * zoom + y];
    const isSeen =
      nodeLeft >= 0 && nodeTop >= 0 && nodeLeft + NODE_SIZE.width * zoom <= width && nodeTop + NODE_SIZE.height * zoom <= height;
    if (!isSeen) void setCenter(left + NODE_SIZE.width / 2, top + NODE_SIZE.height / 2, { zoom });
  }, [left, top, getViewport, setCenter, store]);
  return null;
}
