import { useText } from "../../../app/i18n.ts";
import { usePhone } from "../../../app/theme/use-screen.ts";
import { PhoneRow } from "../../../ui/PhoneRow.tsx";
import { PlainHead } from "../../../ui/PlainHead.tsx";
import { sameQuery } from "./query-text.ts";
import type { TableCell, TableColumn, TableModel, TableRow } from "./table-model.ts";
import type { Cell } from "./use-analysis.ts";
import "../../../ui/table.css";

type Props = {
  readonly table: TableModel;
  readonly label: string;
  readonly picked: Cell | undefined;
  readonly onPick: ((cell: Cell) => void) | undefined;
};

/** The figures of an analysis: rows on a desk, a list with two figures each on a phone, or what can be moved sideways there. Every figure with people behind it leads to them. */
export function AnalysisTable(props: Props) {
  return usePhone() && props.table.scrolls !== true ? <PhoneTable {...props} /> : <DeskTable {...props} />;
}

function DeskTable({ table, label, picked, onPick }: Props) {
  return (
    <div className="plain-table-scroll analysis-table" tabIndex={0} role="region" aria-label={label}>
      <table className="plain-table">
        <PlainHead columns={table.columns} />
        <tbody>
          {table.rows.map((row) => (
            <tr key={row.key} className={row.total === true ? "total-row" : ""}>
              {table.columns.map((column, at) => {
                const cell = row.cells[at] ?? EMPTY;
                return at === 0 ? (
                  <th key={column.key} scope="row" className={classOf(column, cell, false)}>
                    <Figure cell={cell} row={row} column={column} onPick={onPick} />
                  </th>
                ) : (
                  <td key={column.key} className={classOf(column, cell, cell.cell !== undefined && sameQuery(cell.cell, picked))}>
                    <Figure cell={cell} row={row} column={column} onPick={onPick} />
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const EMPTY: TableCell = { text: "", value: "" };

function classOf(column: TableColumn, { tone }: TableCell, picked: boolean): string {
  return [column.figure === true ? "figure" : "", tone ?? "", picked ? "picked" : ""].filter(Boolean).join(" ");
}

function Figure({
  cell,
  row,
  column,
  onPick,
}: {
  readonly cell: TableCell;
  readonly row: TableRow;
  readonly column: TableColumn;
  readonly onPick: Props["onPick"];
}) {
  const text = useText();
  const shown = (
    <>
      {cell.text}
      {cell.share === undefined ? null : <small>{cell.share}</small>}
    </>
  );
  const target = cell.cell;
  if (target === undefined || onPick === undefined) return shown;
  return (
    <button
      type="button"
      className="plain-button cell-button"
      title={text("insight.seePeople")}
      aria-label={text("insight.seePeopleOf", { row: String(row.cells[0]?.value ?? ""), column: column.title })}
      onClick={() => onPick(target)}
    >
      {shown}
    </button>
  );
}

function PhoneTable({ table, label, onPick }: Props) {
  const named = table.columns.flatMap(({ names }, at) => (names === true ? [at] : []));
  const leads = table.columns.flatMap(({ lead, title }, at) => (lead === true ? [{ at, title }] : [])).slice(0, 2);
  return (
    <div className="phone-rows" aria-label={label}>
      {table.rows.map((row) => {
        const target = leads.map(({ at }) => row.cells[at]?.cell).find((cell) => cell !== undefined);
        return (
          <PhoneRow
            key={row.key}
            content={{
              title: <span className="ellipsis">{row.cells[0]?.text}</span>,
              ...(named.length === 0 ? {} : { detail: named.map((at) => <div key={at}>{row.cells[at]?.text}</div>) }),
              figures: (
                <>
                  {leads.map(({ at, title }) => (
                    <span key={title} className="phone-figure">
                      <small className="muted">{title}</small> <b>{row.cells[at]?.text}</b>
                      {row.cells[at]?.share === undefined ? null : <small> {row.cells[at]?.share}</small>}
                    </span>
                  ))}
                </>
              ),
            }}
            {...(target === undefined || onPick === undefined ? {} : { onOpen: () => onPick(target) })}
          />
        );
      })}
    </div>
  );
}
