import { listPurposes } from "@terrace/contract/api/consent";
import { DEFAULT_PURPOSES } from "@terrace/domain/consent/purposes";
import { parseUse, VALUE_TYPES } from "@terrace/domain/imports/column-use";
import type { ImportPlan } from "@terrace/domain/imports/import-plan";
import { Input, Select } from "antd";
import { useCall } from "../../app/api/use-call.ts";
import { useLanguage, useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { choiceGroups, choiceOf, chosenUse, type NamedPurpose, renamed } from "./column-options.ts";
import type { Preview } from "./answers.ts";

type Props = { readonly preview: Preview; readonly plan: ImportPlan; readonly onChange: (plan: ImportPlan) => void };
const SAMPLES = 3;

/** The columns of a file, a few of their cells, and what each stands for. */
export function ColumnTable({ preview, plan, onChange }: Props) {
  const text = useText();
  const purposes = usePurposes();
  const groups = choiceGroups(plan.kind, text, purposes).map(({ label, options }) => ({ label, options: [...options] }));
  const set = (column: string, use: string) =>
    onChange({ ...plan, columns: plan.columns.map((one) => (one.column === column ? { column, use } : one)) });
  return (
    <ul className="import-columns" aria-label={text("imports.columns")}>
      {plan.columns.map(({ column, use }) => {
        const at = preview.columns.findIndex(({ name }) => name === column);
        const type = preview.columns[at]?.type ?? "string";
        return (
          <li key={column} className={use === "skip" ? "import-column muted" : "import-column"}>
            <div className="import-column-name">
              <span className="strong">{column}</span>
              <span className="muted import-samples">{samplesOf(preview, at).join(" · ")}</span>
            </div>
            <Select
              className="import-use"
              aria-label={text("imports.useOf", { column })}
              showSearch={{ optionFilterProp: "label" }}
              value={choiceOf(use)}
              options={groups}
              onChange={(choice) => set(column, chosenUse(choice, column, type))}
            />
            <KeptAs use={use} column={column} onChange={(next) => set(column, next)} />
          </li>
        );
      })}
    </ul>
  );
}

/** The purposes that need people's consent; those of a new workspace until they are known. */
function usePurposes(): readonly NamedPurpose[] {
  const english = useLanguage() === "en";
  const own = useCall(listPurposes, { params: useWorkspaceParams() });
  return (own.data?.items ?? DEFAULT_PURPOSES)
    .filter(({ basis, active }) => basis === "consent" && active)
    .map(({ key, nameZh, nameEn }) => ({ key, name: english ? nameEn : nameZh }));
}

/** The name and type under which a value is kept. */
function KeptAs({ use, column, onChange }: { readonly use: string; readonly column: string; readonly onChange: (use: string) => void }) {
  const text = useText();
  const parsed = parseUse(use);
  if (parsed?.as !== "trait" && parsed?.as !== "property") return null;
  return (
    <span className="import-kept">
      <Input
        aria-label={text("imports.nameOf", { column })}
        value={parsed.name}
        maxLength={100}
        onChange={(event) => {
          if (event.target.value.trim() !== "") onChange(renamed(use, { name: event.target.value }));
        }}
      />
      <Select
        aria-label={text("imports.typeOf", { column })}
        value={parsed.type}
        options={VALUE_TYPES.map((type) => ({ value: type, label: text(`imports.type.${type}`) }))}
        onChange={(type) => onChange(renamed(use, { type }))}
      />
    </span>
  );
}

function samplesOf({ rows }: Preview, at: number): readonly string[] {
  const found = new Set<string>();
  for (const row of rows) {
    const cell = (row[at] ?? "").trim();
    if (cell !== "") found.add(cell.length > 40 ? `${cell.slice(0, 40)}…` : cell);
    if (found.size === SAMPLES) break;
  }
  return [...found];
}
