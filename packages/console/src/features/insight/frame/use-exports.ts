import type { AskedPeriod } from "@terrace/domain/insight/time/period";
import type { RefObject } from "react";
import { useText } from "../../../app/i18n.ts";
import { downloadBlob, pictureOf } from "../../../ui/chart/chart-png.ts";
import type { HeatSpec } from "../../../ui/chart/chart-spec.ts";
import { tableOf } from "../../../ui/chart/chart-table.ts";
import { downloadCsv, toCsv } from "../../../ui/format/csv.ts";
import type { Exports } from "./ExportMenu.tsx";
import type { Shown } from "./shown.ts";
import { tableCsv } from "./table-model.ts";
import { usePeriodWords, type PeriodWords } from "./use-period-words.ts";

function downloadGrid(title: string, grid: HeatSpec): void {
  const { head, rows } = tableOf(grid);
  downloadCsv(
    title,
    toCsv(
      head,
      rows.map(({ label, cells }) => [label, ...cells.map(({ plain }) => plain)]),
    ),
  );
}

/** What stands under the title of a picture: the days it is of. */
function notesOf(query: unknown, words: (period: AskedPeriod) => PeriodWords): readonly string[] {
  const period = typeof query === "object" && query !== null && "period" in query ? (query.period as AskedPeriod) : undefined;
  return period === undefined ? [] : [words(period).range];
}

type ExportsProps = {
  readonly title: string;
  readonly query: unknown;
  readonly view: Shown | undefined;
  readonly box: RefObject<HTMLElement | null>;
};

/** Takes the answer away: its table with exact figures, or the chart as a picture with its title and days. */
export function useExports({ title, query, view, box }: ExportsProps): Exports {
  const text = useText();
  const periodWords = usePeriodWords();
  const { table, grid, spec, empty } = view ?? {};
  const exportCsv = () => {
    if (grid !== undefined) return downloadGrid(title, grid);
    if (table === undefined) return;
    const { header, rows } = tableCsv(table);
    downloadCsv(title, toCsv(header, rows));
  };
  const exportPng = async () => {
    if (box.current === null || spec === undefined) return;
    downloadBlob(`${title}.png`, await pictureOf(box.current, title, [spec.summary, ...notesOf(query, periodWords)]));
  };
  return {
    disabled: empty === true || (table === undefined && grid === undefined),
    items: [
      { key: "csv", label: text("insight.exportCsv"), onClick: exportCsv },
      ...(spec === undefined ? [] : [{ key: "png", label: text("insight.exportPng"), onClick: () => void exportPng() }]),
    ],
  };
}
