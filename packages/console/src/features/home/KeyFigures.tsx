import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { ChangeText } from "../../ui/ChangeText.tsx";
import { changeOf } from "../../ui/format/numbers.ts";
import { Sparkline } from "../../ui/Sparkline.tsx";
import type { FigureId, FigureView } from "./figures.ts";
import { exactValue, figureValue } from "./figures.ts";
import type { Overview } from "./answers.ts";

type KeyFiguresProps = {
  readonly overview: Overview;
  readonly days: number;
  readonly chosen: FigureId;
  readonly onChoose: (id: FigureId) => void;
};

/** The key figures with the shape of their days and the change against the period before; choosing one shows its trend. */
export function KeyFigures({ overview, days, chosen, onChoose }: KeyFiguresProps) {
  return (
    <div className="key-figures">
      {overview.figures.map((figure) => (
        <KeyFigure key={figure.id} figure={figure} days={days} chosen={figure.id === chosen} onChoose={() => onChoose(figure.id)} />
      ))}
    </div>
  );
}

type KeyFigureProps = { readonly figure: FigureView; readonly days: number; readonly chosen: boolean; readonly onChoose: () => void };

function KeyFigure({ figure, days, chosen, onChoose }: KeyFigureProps) {
  const text = useText();
  const format = useFormat();
  const change = changeOf(figure.value, figure.previous);
  // A day just begun would look like a fall.
  const today = format.day(Date.now());
  const whole = figure.series.filter(({ day }) => day < today);
  const { text: value, unit } = figureValue(figure.id, figure.value, format);
  return (
    <button type="button" className={`panel key-figure ${chosen ? "chosen" : ""}`} aria-pressed={chosen} onClick={onChoose}>
      <span className="key-figure-label">{text(`figure.${figure.id}`)}</span>
      <span className="key-figure-line">
        <span className="key-figure-value" title={exactValue(figure.id, figure.value, format)}>
          {value}
          <small>{unit}</small>
        </span>
        <Sparkline values={whole.map((point) => point.value)} />
      </span>
      <span className="key-figure-change">
        {change === undefined ? (
          <span className="muted">{text("home.noBase")}</span>
        ) : (
          <ChangeText change={change} better={figure.id === "events" ? "neither" : "up"} />
        )}
        {change === undefined ? null : <span className="muted">{text("home.versus", { count: days })}</span>}
      </span>
    </button>
  );
}
