import { DownloadOutlined, SettingOutlined } from "@ant-design/icons";
import type { listPeople, PersonRow } from "@terrace/contract/api/people";
import { Button, Checkbox, Dropdown, Popover, Segmented } from "antd";
import { useState } from "react";
import type { z } from "zod";
import { useText } from "../../app/i18n.ts";
import { setPreferences, usePreferences } from "../../app/preferences.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { defaultColumns, FACT_COLUMNS, traitColumn, traitKeys } from "./people-columns.ts";
import { EXPORT_ROWS_MAX, useExportPeople } from "./use-export-people.ts";

type PeopleToolsProps = {
  readonly rows: readonly PersonRow[];
  readonly query: z.input<(typeof listPeople)["query"]>;
  readonly total: number;
};

/** Columns, density and export of the list. */
export function PeopleTools({ rows, query, total }: PeopleToolsProps) {
  const text = useText();
  const format = useFormat();
  const { busy, exportLoaded, exportMatches } = useExportPeople(query);
  const most = Math.min(total, EXPORT_ROWS_MAX);
  const items = [
    {
      key: "loaded",
      label: text("people.exportLoaded", { count: rows.length, shown: format.count(rows.length) }),
      onClick: () => exportLoaded(rows),
    },
    {
      key: "all",
      label: text(total > EXPORT_ROWS_MAX ? "people.exportFirst" : "people.exportAll", { count: most, shown: format.count(most) }),
      onClick: () => void exportMatches(),
    },
  ];
  return (
    <>
      <Popover trigger="click" placement="bottomRight" content={<ListOptions rows={rows} />}>
        <Button icon={<SettingOutlined />} className="desk-only">
          {text("common.columns")}
        </Button>
      </Popover>
      <Dropdown trigger={["click"]} menu={{ items }} disabled={rows.length === 0}>
        <Button icon={<DownloadOutlined />} loading={busy}>
          {text("common.export")}
        </Button>
      </Dropdown>
    </>
  );
}

const TRAITS_OFFERED = 16;

function ListOptions({ rows }: { readonly rows: readonly PersonRow[] }) {
  const text = useText();
  const { columns, density } = usePreferences();
  const [chosen, setChosen] = useState(columns["people"] ?? defaultColumns(rows));
  const save = (next: readonly string[]) => {
    setChosen(next);
    setPreferences({ columns: { ...columns, people: next } });
  };
  const options = [
    ...FACT_COLUMNS.map((key) => ({ value: key as string, label: text(`people.column.${key}`) })),
    ...traitKeys(rows)
      .slice(0, TRAITS_OFFERED)
      .map((key) => ({ value: traitColumn(key), label: text("people.traitColumn", { key }) })),
  ];
  return (
    <div className="list-options">
      <Checkbox.Group className="column-choices" options={options} value={[...chosen]} onChange={(next) => save(next.map(String))} />
      <Segmented
        block
        size="small"
        value={density}
        onChange={(next) => setPreferences({ density: next })}
        options={[
          { value: "compact" as const, label: text("common.densityCompact") },
          { value: "roomy" as const, label: text("common.densityRoomy") },
        ]}
      />
    </div>
  );
}
