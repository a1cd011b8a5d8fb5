import { useDark, usePhone } from "../../app/theme/use-screen.ts";
import type { TimeSpec } from "./chart-spec.ts";
import { hasEndLabels, seriesColours, shownSeries } from "./time-option.ts";

const STILL = { still: true, phone: false };

/** Names of the series of a chart over time, each with the line it is drawn with; none where the lines are labelled. */
export function ChartLegend({ spec, colourScope = "" }: { readonly spec: TimeSpec; readonly colourScope?: string }) {
  const mode = useDark() ? "dark" : "light";
  const phone = usePhone();
  const shown = shownSeries(spec);
  if (shown.length < 2 || hasEndLabels(spec, phone)) return null;
  const colours = seriesColours(spec, { ...STILL, mode, colourScope });
  // How a line is drawn ahead is said once; the others have the same colour as theirs.
  const [first] = shown;
  const told = shown.filter(({ style, of }) => style !== "dotted" || of === undefined || of === first?.key);
  const line = spec.shape !== "bar" && spec.shape !== "stacked";
  return (
    <span className="chart-legend">
      {told.map(({ key, name, style }) => (
        <span key={key} title={name}>
          <i
            className={line || style === "dotted" ? `chart-legend-line ${style}` : "chart-legend-box"}
            style={line || style === "dotted" ? { borderTopColor: colours.get(key) } : { background: colours.get(key) }}
            aria-hidden="true"
          />
          <em>{name}</em>
        </span>
      ))}
    </span>
  );
}
