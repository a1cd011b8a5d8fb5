import { FILE_ENCODINGS } from "@terrace/contract/api/import-uploads";
import { parseUse } from "@terrace/domain/imports/column-use";
import { PLAN_KINDS } from "@terrace/domain/imports/import-plan";
import type { ImportPlan } from "@terrace/domain/imports/import-plan";
import { PRESETS } from "@terrace/domain/imports/presets/presets";
import { Form, Input, InputNumber, Select } from "antd";
import { useLanguage, useText } from "../../app/i18n.ts";
import { CurrencySelect } from "../../ui/CurrencySelect.tsx";
import { TimeZoneSelect } from "../../ui/TimeZoneSelect.tsx";
import type { Ask, Preview } from "./answers.ts";

type Props = {
  readonly preview: Preview;
  readonly plan: ImportPlan;
  readonly onAsk: (ask: Ask) => void;
  readonly onChange: (plan: ImportPlan) => void;
};

/** How a file is read: what its rows are, which export it is, and what its text cannot say by itself. */
export function ReadingForm({ preview, plan, onAsk, onChange }: Props) {
  const text = useText();
  const language = useLanguage();
  const presets = PRESETS.map(({ id, zh, en }) => ({ value: id, label: language === "en" ? en : zh }));
  return (
    <Form layout="vertical" className="import-reading">
      <Form.Item label={text("imports.rowsAre")}>
        <Select
          value={plan.kind}
          options={PLAN_KINDS.map((kind) => ({ value: kind, label: text(`imports.plan.${kind}`) }))}
          onChange={(kind) => onAsk({ kind, preset: "none" })}
        />
      </Form.Item>
      <Form.Item label={text("imports.preset")}>
        <Select
          showSearch={{ optionFilterProp: "label" }}
          value={preview.preset ?? "none"}
          options={[{ value: "none", label: text("imports.noPreset") }, ...presets]}
          onChange={(preset) => onAsk({ preset, kind: undefined })}
        />
      </Form.Item>
      {preview.saved.length === 0 ? null : (
        <Form.Item label={text("imports.saved")}>
          <Select
            placeholder={text("imports.chooseSaved")}
            options={preview.saved.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(id: string) => {
              const saved = preview.saved.find((one) => one.id === id);
              if (saved !== undefined) onChange(fitted(saved.plan, plan));
            }}
          />
        </Form.Item>
      )}
      <Form.Item label={text("imports.zone")}>
        <TimeZoneSelect value={plan.zone} onChange={(zone) => onChange({ ...plan, zone })} />
      </Form.Item>
      {plan.kind === "orders" || plan.kind === "channels" ? (
        <Form.Item label={text("imports.currency")}>
          <CurrencySelect value={plan.currency} onChange={(currency) => onChange({ ...plan, currency })} />
        </Form.Item>
      ) : null}
      {plan.columns.some(({ use }) => parseUse(use)?.as === "consent") ? (
        <Form.Item label={text("imports.consentAt")} extra={text("imports.consentAtHint")}>
          <Input
            value={plan.consentAt ?? ""}
            maxLength={40}
            placeholder="2026-01-31"
            onChange={(event) => onChange({ ...plan, consentAt: event.target.value })}
          />
        </Form.Item>
      ) : null}
      {plan.kind === "events" ? (
        <Form.Item label={text("imports.eventName")} extra={text("imports.eventNameHint")}>
          <Input value={plan.eventName} maxLength={255} onChange={(event) => onChange({ ...plan, eventName: event.target.value })} />
        </Form.Item>
      ) : null}
      {preview.sheets.length > 1 ? (
        <Form.Item label={text("imports.sheet")}>
          <Select
            value={preview.sheet}
            options={preview.sheets.map((sheet) => ({ value: sheet, label: sheet }))}
            onChange={(sheet) => onAsk({ sheet: sheet ?? undefined, headerRow: undefined })}
          />
        </Form.Item>
      ) : null}
      {preview.format === "csv" ? (
        <Form.Item label={text("imports.encoding")}>
          <Select
            value={preview.encoding}
            options={FILE_ENCODINGS.map((encoding) => ({
              value: encoding,
              label: encoding === "gb18030" ? "GBK / GB18030" : encoding.toUpperCase(),
            }))}
            onChange={(encoding) => onAsk({ encoding })}
          />
        </Form.Item>
      ) : null}
      {preview.format === "csv" || preview.format === "xlsx" ? (
        <Form.Item label={text("imports.headerRow")}>
          <InputNumber min={1} max={100} value={preview.headerRow} onChange={(row) => onAsk({ headerRow: row ?? 1 })} />
        </Form.Item>
      ) : null}
    </Form>
  );
}

/** A saved plan for the columns of this file: what it does not know is left out. */
function fitted(saved: ImportPlan, plan: ImportPlan): ImportPlan {
  const uses = new Map(saved.columns.map(({ column, use }) => [column, use]));
  return { ...saved, columns: plan.columns.map(({ column }) => ({ column, use: uses.get(column) ?? "skip" })) };
}
