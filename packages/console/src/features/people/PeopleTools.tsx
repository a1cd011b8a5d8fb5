import { SettingOutlined } from "@ant-design/icons";
import type { listPeople, PersonRow } from "@terrace/contract/api/people";
import { Button, Checkbox, Popover, Segmented } from "antd";
import { useState } from "react";
import type { z } from "zod";
import { useText } from "../../app/i18n.ts";
import { setPreferences, usePreferences } from "../../app/preferences.ts";
import { ExportButton } from "../exports/ExportButton.tsx";
import { useTraitNames } from "../computed/use-trait-names.ts";
import { defaultColumns, FACT_COLUMNS, traitColumn, traitKeys } from "./people-columns.ts";

type PeopleToolsProps = {
  readonly rows: readonly PersonRow[];
  readonly query: z.input<(typeof listPeople)["query"]>;
};

/** Columns, density and export of the list. */
export function PeopleTools({ rows, query }: PeopleToolsProps) {
  const text = useText();
  const { sort: _sort, direction: _direction, limit: _limit, cursor: _cursor, ...filters } = query;
  return (
    <>
      <Popover trigger="click" placement="bottomRight" content={<ListOptions rows={rows} />}>
        <Button icon={<SettingOutlined />} className="desk-only">
          {text("common.columns")}
        </Button>
      </Popover>
      <ExportButton what="people" filters={filters} moreColumns={traitKeys(rows).map((key) => `traits.${key}`)} />
    </>
  );
}

const TRAITS_OFFERED = 16;

function ListOptions({ rows }: { readonly rows: readonly PersonRow[] }) {
  const text = useText();
  const traitName = useTraitNames();
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
      .map((key) => ({ value: traitColumn(key), label: text("people.traitColumn", { key: traitName(key) }) })),
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
