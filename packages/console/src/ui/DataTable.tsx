import { Listy, Table } from "antd";
import type { TableColumnType } from "antd";
import type { ReactNode } from "react";
import { useMemo } from "react";
import { useText } from "../app/i18n.ts";
import { usePreferences } from "../app/preferences.ts";
import { usePhone } from "../app/theme/use-screen.ts";
import { PhoneRow } from "./PhoneRow.tsx";
import type { PhoneRowContent } from "./PhoneRow.tsx";
import { useRowKeys } from "./use-row-keys.ts";
import "./table.css";

export type DataColumn<Row> = {
  readonly key: string;
  readonly title: ReactNode;
  readonly render: (row: Row) => ReactNode;
  readonly figure?: boolean;
  readonly width?: number;
  readonly ellipsis?: boolean;
  /** Set on columns the list can be sorted by. */
  readonly sort?: { readonly direction: "asc" | "desc" | undefined; readonly onSort: (direction: "asc" | "desc") => void };
};

export type Selection = { readonly keys: readonly string[]; readonly onChange: (keys: readonly string[]) => void };

type DataTableProps<Row> = {
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly columns: readonly DataColumn<Row>[];
  readonly phoneRow: (row: Row) => PhoneRowContent;
  readonly onOpen?: (row: Row) => void;
  readonly selection?: Selection;
  readonly empty: ReactNode;
  readonly label: string;
  readonly minWidth?: number;
};

const ORDER = { asc: "ascend", desc: "descend" } as const;

function tableColumn<Row>(column: DataColumn<Row>): TableColumnType<Row> {
  const { sort } = column;
  return {
    key: column.key,
    title: column.title,
    render: (_, row) => column.render(row),
    ...(column.figure === true ? { align: "right" as const } : {}),
    ...(column.width === undefined ? {} : { width: column.width }),
    ...(column.ellipsis === true ? { ellipsis: true } : {}),
    ...(sort === undefined
      ? {}
      : {
          sorter: true,
          sortOrder: sort.direction === undefined ? null : ORDER[sort.direction],
          sortDirections: ["descend" as const, "ascend" as const, "descend" as const],
          showSorterTooltip: false,
          onHeaderCell: () => ({ onClick: () => sort.onSort(sort.direction === "desc" ? "asc" : "desc") }),
        }),
  };
}

/** The list of a page: a table with sticky head on a desk, rows on a phone; `j` `k` move, `x` ticks, `Enter` opens. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { rows, rowKey, phoneRow, onOpen, selection, empty, label } = props;
  const phone = usePhone();
  const keys = useMemo(() => rows.map(rowKey), [rows, rowKey]);
  const active = useRowKeys(keys, {
    open: (key) => {
      const row = rows.find((one) => rowKey(one) === key);
      if (row !== undefined) onOpen?.(row);
    },
    ...(selection === undefined
      ? {}
      : {
          tick: (key: string) =>
            selection.onChange(selection.keys.includes(key) ? selection.keys.filter((one) => one !== key) : [...selection.keys, key]),
        }),
  });
  if (rows.length === 0) return <>{empty}</>;
  if (!phone) return <DeskTable {...props} active={active} />;
  return (
    <div aria-label={label} className="phone-rows">
      <Listy<Row>
        items={[...rows]}
        rowKey={rowKey}
        virtual={false}
        itemRender={(row) => <PhoneRow content={phoneRow(row)} {...(onOpen === undefined ? {} : { onOpen: () => onOpen(row) })} />}
      />
    </div>
  );
}

function DeskTable<Row>({
  rows,
  rowKey,
  columns,
  selection,
  label,
  minWidth,
  active,
}: DataTableProps<Row> & { readonly active: string | undefined }) {
  const text = useText();
  const { density } = usePreferences();
  return (
    <Table<Row>
      className={`data-table ${density}`}
      size="small"
      sticky={{ offsetHeader: 48 }}
      pagination={false}
      dataSource={[...rows]}
      rowKey={rowKey}
      columns={columns.map(tableColumn)}
      aria-label={label}
      rowClassName={(row) => (rowKey(row) === active ? "row-active" : "")}
      onRow={(row) => ({ "data-row": rowKey(row) }) as object}
      {...(minWidth === undefined ? {} : { scroll: { x: minWidth } })}
      {...(selection === undefined
        ? {}
        : {
            rowSelection: {
              selectedRowKeys: [...selection.keys],
              columnWidth: 38,
              onChange: (next) => selection.onChange(next.map(String)),
              getTitleCheckboxProps: () => ({ "aria-label": text("common.all") }),
              getCheckboxProps: () => ({ "aria-label": text("common.selectRow") }),
            },
          })}
    />
  );
}
