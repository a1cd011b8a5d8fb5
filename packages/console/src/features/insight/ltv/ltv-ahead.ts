import type { queryLtv } from "@terrace/contract/api/insight-ltv";
import type { LTV_UNITS } from "@terrace/domain/insight/ltv/ltv-plan";
import { formatShare, MISSING } from "../../../ui/format/numbers.ts";
import { keyFigure } from "../frame/FigureStrip.tsx";
import type { Shown } from "../frame/shown.ts";
import type { Answered } from "../frame/use-analysis.ts";
import type { tableFrom } from "../table-from.ts";
import type { Ground } from "../use-ground.ts";

type Group = Answered<typeof queryLtv>["body"]["groups"][number];
type LtvUnit = (typeof LTV_UNITS)[number];
type Expected = { readonly perHead: number; readonly low: number; readonly high: number; readonly isKnown?: boolean };
type Column<Row> = Parameters<typeof tableFrom<Row>>[0][number];

/** What a head is expected to bring, with its interval and how far off such was in the back-test; or why nothing is told. */
export function aheadFigures(
  { prediction }: Pick<Group, "prediction"> = {},
  unit: LtvUnit,
  { text, format }: Ground,
): NonNullable<Shown["figures"]> {
  if (prediction === undefined) return [];
  const money = format.measure("money");
  const { horizon, expected, backTest, why, method } = prediction;
  const name = text("insight.ltv.ahead", { span: text(`insight.span.${unit}`, { count: horizon }) });
  if (why !== null || expected === null || backTest === null || method === null)
    return [{ key: "ahead", name, value: MISSING, detail: text(`insight.ltv.why.${why ?? "no_age_over"}`) }];
  return [
    {
      ...keyFigure("ahead", name, Math.round(expected.perHead), money),
      detail: `${money.short(Math.round(expected.low))} – ${money.short(Math.round(expected.high))}`,
    },
    {
      key: "aheadError",
      name: text("insight.ltv.backTest"),
      value: formatShare(backTest.error),
      detail: text(`insight.ltv.method.${method}`, { count: backTest.tests, coverage: formatShare(backTest.coverage) }),
    },
  ];
}

/** The same of each row. */
export function aheadColumns<Row>(
  { prediction, unit = "month" }: Pick<Group, "prediction"> & { readonly unit?: LtvUnit | undefined },
  { text, format }: Ground,
  expectedOf: (row: Row) => Expected | undefined,
): readonly Column<Row>[] {
  if (prediction === undefined) return [];
  const money = format.measure("money");
  return [
    {
      key: "ahead",
      title: text("insight.ltv.ahead", { span: text(`insight.span.${unit}`, { count: prediction.horizon }) }),
      lead: true,
      cell: (row) => {
        const expected = expectedOf(row);
        const value = expected === undefined ? null : Math.round(expected.perHead);
        return { text: money.exact(value), value: value === null ? null : money.plain(value) };
      },
    },
    {
      key: "aheadBetween",
      title: text("insight.ltv.between"),
      cell: (row) => {
        const expected = expectedOf(row);
        const words =
          expected === undefined
            ? MISSING
            : expected.isKnown === true
              ? text("insight.ltv.known")
              : `${money.exact(Math.round(expected.low))} – ${money.exact(Math.round(expected.high))}`;
        return { text: words, value: words };
      },
    },
  ];
}
