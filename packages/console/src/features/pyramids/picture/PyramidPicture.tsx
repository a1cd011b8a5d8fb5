import { Link } from "react-router";
import { useText, useWords, type Text } from "../../../app/i18n.ts";
import { useFormat, type Format } from "../../../app/workspace/use-format.ts";
import { useLink } from "../../../app/workspace/workspace-context.ts";
import { formatShare, MISSING } from "../../../ui/format/numbers.ts";
import { ToneBadge, useToneColour } from "../../../ui/ToneBadge.tsx";
import type { Flow, LayerView, PyramidView, Shares } from "../answers.ts";
import { layerPath, peopleOfLayerPath } from "../pyramid-paths.ts";
import { movesOf, type Moves } from "./layer-moves.ts";
import { outlineOf, pyramidBands } from "./pyramid-shape.ts";
import "./pyramid.css";

const HEIGHT = 420;
const BAND_MIN = 64;

type Props = {
  readonly pyramid: Pick<PyramidView, "key" | "layers">;
  /** What is told of a period; what is not known yet is left open. Without it people alone are told. */
  readonly period?: { readonly shares: Shares | undefined; readonly flow: Flow | undefined };
};

/** The layers as a pyramid whose bands are as large as their people are many, each beside its figures. */
export function PyramidPicture({ pyramid, period }: Props) {
  const text = useText();
  const { layers } = pyramid;
  const colourOf = useToneColour();
  const bands = pyramidBands(
    layers.map(({ people }) => people),
    { height: HEIGHT, heightMin: BAND_MIN },
  );
  const total = layers.reduce((sum, { people }) => sum + people, 0);
  const moves = period?.flow === undefined ? undefined : movesOf(layers, period.flow.flows);
  return (
    <ol className="pyramid" aria-label={text("pyramids.picture")}>
      {layers.map((layer, at) => {
        const band = bands[at];
        return (
          <li key={layer.key} style={{ minHeight: band?.height }}>
            <span className="pyramid-side" aria-hidden="true">
              <i style={{ background: colourOf(layer.badge.tone), ...(band === undefined ? {} : { clipPath: outlineOf(band) }) }} />
            </span>
            <LayerLine
              pyramid={pyramid.key}
              layer={layer}
              total={total}
              {...(period === undefined
                ? {}
                : { did: { shown: period.shares?.layers.find((one) => one.layer === layer.key), moves: moves?.get(layer.key) } })}
            />
          </li>
        );
      })}
    </ol>
  );
}

type LineProps = {
  readonly pyramid: string;
  readonly layer: LayerView;
  readonly total: number;
  readonly did?: { readonly shown: Shares["layers"][number] | undefined; readonly moves: Moves | undefined };
};

function LayerLine({ pyramid, layer, total, did }: LineProps) {
  const text = useText();
  const words = useWords();
  const format = useFormat();
  const link = useLink();
  const figures: readonly (readonly [string, string])[] = [
    [text("classes.share"), formatShare(total === 0 ? undefined : layer.people / total)],
    ...(did === undefined ? [] : figuresOf(did, text, format)),
  ];
  return (
    <div className="pyramid-line">
      <div className="pyramid-name">
        <Link to={link(layerPath(pyramid, layer.key))}>{words(layer.name)}</Link>
        <ToneBadge badge={layer.badge} />
        {layer.role === "" ? null : <p className="small muted ellipsis">{layer.role}</p>}
      </div>
      <Link
        className="pyramid-people"
        to={link(peopleOfLayerPath(layer.segment))}
        aria-label={text("pyramids.peopleOf", { name: words(layer.name) })}
      >
        {format.count(layer.people)}
      </Link>
      <dl className="pyramid-figures">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** What a layer did in a period; a contribution only where the pyramid counts any. */
function figuresOf(
  { shown, moves }: NonNullable<LineProps["did"]>,
  text: Text,
  format: Pick<Format, "count">,
): readonly (readonly [string, string])[] {
  return [
    ...(shown !== undefined && shown.contribution === null
      ? []
      : [[text("pyramids.contribution"), formatShare(shown?.contribution?.share ?? undefined)] as const]),
    [text("pyramids.turnover"), formatShare(shown?.turnover.share ?? undefined)],
    [
      text("pyramids.moves"),
      moves === undefined ? MISSING : text("pyramids.upDown", { up: format.count(moves.up), down: format.count(moves.down) }),
    ],
  ];
}
