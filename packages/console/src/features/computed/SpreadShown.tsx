import type { TraitSpread } from "@terrace/contract/api/computed-traits";
import type { TraitUnit } from "@terrace/domain/computed/trait-unit";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { BarList } from "../../ui/chart/BarList.tsx";
import { FactRows } from "../../ui/FactRows.tsx";
import { valueText } from "./value-text.ts";

type Props = {
  readonly spread: TraitSpread;
  readonly unit: TraitUnit;
  /** Opens the people with a text. */
  readonly onPick?: (value: string) => void;
};

const QUARTILES = ["min", "lower", "median", "upper", "max", "mean"] as const;

/** How values are spread: bars of values or of ranges, and the quartiles of numbers. */
export function SpreadShown({ spread, unit, onPick }: Props) {
  const text = useText();
  const format = useFormat();
  const told = (value: number | string) => valueText(value, unit, format);
  const { looked, numbers, bins, texts } = spread;
  const rows = [
    ...bins.map(({ from, to, share }) => ({ key: String(from), label: from === to ? told(from) : `${told(from)} – ${told(to)}`, share })),
    ...texts.map(({ value, share }) => ({ key: value, label: value, share })),
  ];
  if (rows.length === 0) return <p className="muted">{text("computed.nobody")}</p>;
  return (
    <div className="stack">
      <BarList
        spec={{
          kind: "bars",
          head: text("computed.value"),
          columns: [text("computed.share")],
          rows: rows.map(({ key, label, share }) => ({ key, label, value: share, cells: [] })),
          measure: format.measure("share"),
          pickable: texts.length > 0 && onPick !== undefined,
          summary: text("computed.spread"),
        }}
        onPick={(pick) => pick.kind === "bar" && onPick?.(pick.key)}
      />
      {numbers === null ? null : (
        <FactRows rows={QUARTILES.map((each) => [text(`computed.quartile.${each}`), told(numbers[each])] as const)} />
      )}
      <p className="small muted">{text("computed.looked", { count: looked, shown: format.count(looked) })}</p>
    </div>
  );
}
