const WIDTH = 72;
const HEIGHT = 24;
const PAD = 3;

function points(values: readonly number[]): readonly (readonly [number, number])[] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const span = high - low || 1;
  const step = (WIDTH - PAD * 2) / Math.max(1, values.length - 1);
  return values.map((value, i) => [PAD + i * step, HEIGHT - PAD - ((value - low) / span) * (HEIGHT - PAD * 2)] as const);
}

/** A line without axes that shows the shape of the last days; the end is marked. Decoration of a figure, so hidden from readers. */
export function Sparkline({ values }: { readonly values: readonly number[] }) {
  if (values.length < 2) return <span className="sparkline" />;
  const line = points(values);
  const end = line.at(-1);
  return (
    <svg className="sparkline" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <polyline
        points={line.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ")}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.4"
        strokeLinejoin="round"
      />
      {end === undefined ? null : <circle cx={end[0]} cy={end[1]} r="2.5" fill="currentColor" />}
    </svg>
  );
}
