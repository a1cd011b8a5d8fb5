import type { JourneyDetail, JourneyFigures } from "@terrace/contract/api/journeys";
import { Link } from "react-router";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useMay } from "../../app/workspace/workspace-context.ts";
import { flowOrder } from "./flow-order.ts";
import { journeyPath } from "./journey-paths.ts";
import { useNodeWords, type DrawnNode } from "./use-node-words.ts";

type Props = { readonly journey: JourneyDetail; readonly definition: JourneyDetail["definition"]; readonly figures: JourneyFigures };
type Counted = { readonly id: string; readonly node: DrawnNode | undefined; readonly here: number; readonly ways: JourneyFigures["ways"] };

/** Nodes in the order of the flow: how many people are there now, and how many left by which way. */
export function NodeTable({ journey, definition, figures }: Props) {
  const text = useText();
  const format = useFormat();
  const rows = countedNodes(definition, figures);
  return (
    <div className="plain-table-scroll">
      <table className="plain-table journey-nodes" aria-label={text("journeys.nodes")}>
        <thead>
          <tr>
            <th scope="col">{text("journeys.node")}</th>
            <th scope="col" className="figure">
              {text("journeys.hereNow")}
            </th>
            <th scope="col" className="figure">
              {text("journeys.passed")}
            </th>
            <th scope="col">{text("journeys.ways")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">
                <NodeName row={row} />
              </th>
              <td className="figure">
                <Here journey={journey} row={row} />
              </td>
              <td className="figure">{format.count(row.ways.reduce((sum, { people }) => sum + people, 0))}</td>
              <td>
                <Ways row={row} definition={definition} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Those of the definition, then those that only older versions have and people still are at or went through. */
function countedNodes(definition: JourneyDetail["definition"], { nodes, ways }: JourneyFigures): readonly Counted[] {
  const here = new Map(nodes.map((one) => [one.node, one.here]));
  const left = Map.groupBy(ways, ({ node }) => node);
  const drawn = flowOrder(definition);
  const ids = new Set([...drawn.map(({ id }) => id), ...here.keys(), ...left.keys()]);
  return [...ids].map((id) => ({ id, node: drawn.find((one) => one.id === id), here: here.get(id) ?? 0, ways: left.get(id) ?? [] }));
}

function NodeName({ row: { id, node } }: { readonly row: Counted }) {
  const text = useText();
  const words = useNodeWords();
  if (node === undefined)
    return (
      <>
        <span className="mono">{id}</span> <span className="muted small">{text("journeys.olderNode")}</span>
      </>
    );
  const [title, does] = [words.title(node), words.does(node)];
  return (
    <>
      {title}
      {does === title ? null : <div className="muted small">{does}</div>}
    </>
  );
}

function Here({ journey, row: { id, here } }: { readonly journey: JourneyDetail; readonly row: Counted }) {
  const link = useLink();
  const may = useMay()("people:read");
  const shown = useFormat().count(here);
  if (here === 0 || !may) return <>{shown}</>;
  return <Link to={link(`${journeyPath(journey.id)}?tab=people&node=${encodeURIComponent(id)}`)}>{shown}</Link>;
}

/** Every way out with who went by it, and its share of all who left. */
function Ways({ row: { node, ways }, definition }: { readonly row: Counted; readonly definition: JourneyDetail["definition"] }) {
  const text = useText();
  const format = useFormat();
  const words = useNodeWords();
  const share = format.measure("share");
  const all = ways.reduce((sum, { people }) => sum + people, 0);
  const byOut = new Map(ways.map(({ out, people }) => [out, people]));
  const outs = new Set<string | null>([...Object.keys(node?.outs ?? {}), ...byOut.keys()]);
  return (
    <ul className="journey-ways">
      {[...outs].map((out) => {
        const people = byOut.get(out) ?? 0;
        const target = definition.nodes.find(({ id }) => out !== null && id === node?.outs[out]);
        const to = target === undefined ? "" : ` → ${words.title(target)}`;
        return (
          <li key={out ?? ""}>
            <span>{out === null ? text("journeys.leftHere") : `${words.out(node, out)}${to}`}</span>{" "}
            <span className="muted">{all === 0 ? format.count(people) : `${format.count(people)} · ${share.short(people / all)}`}</span>
          </li>
        );
      })}
    </ul>
  );
}
