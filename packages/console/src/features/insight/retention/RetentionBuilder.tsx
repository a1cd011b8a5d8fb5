import type { queryRetention } from "@terrace/contract/api/insight-retention";
import {
  RETENTION_INTERVALS_MAX,
  RETENTION_KINDS,
  RETENTION_MODES,
  type RetentionMode,
} from "@terrace/domain/insight/retention/retention-plan";
import { InputNumber, Select } from "antd";
import { useText } from "../../../app/i18n.ts";
import { Filters } from "../Filters.tsx";
import { Groups } from "../Groups.tsx";
import { BuilderSection } from "../../conditions/BuilderSection.tsx";
import { FieldPicker } from "../../conditions/FieldPicker.tsx";
import { SelectorRow } from "../frame/SelectorRow.tsx";
import type { Analysis } from "../frame/use-analysis.ts";
import type { FieldKind } from "../../conditions/use-field-options.ts";
import { useFieldOptions } from "../../conditions/use-field-options.ts";
import { BracketsInput } from "./BracketsInput.tsx";
import { USUAL_BRACKETS } from "./brackets-text.ts";

const PROPERTIES: readonly FieldKind[] = ["property"];

/** The question of retention: who starts, who comes back, and how that is counted. */
export function RetentionBuilder({ analysis }: { readonly analysis: Analysis<typeof queryRetention> }) {
  const text = useText();
  const { draft, edit } = analysis;
  const properties = useFieldOptions([draft.return.event], PROPERTIES).filter(
    ({ personal, type }) => !personal && (type === "number" || type === "unknown"),
  );
  const mode = draft.mode ?? "exact";
  return (
    <>
      <BuilderSection title={text("insight.retention.startEvent")}>
        <SelectorRow
          selector={draft.start}
          period={draft.period}
          label={text("insight.retention.startEvent")}
          onChange={(start) => edit({ start })}
        />
        <Select
          aria-label={text("insight.retention.kind")}
          value={draft.kind ?? "first_time"}
          onChange={(kind) => edit({ kind })}
          options={RETENTION_KINDS.map((kind) => ({ value: kind, label: text(`insight.retention.kind.${kind}`) }))}
        />
      </BuilderSection>
      <BuilderSection title={text("insight.retention.returnEvent")}>
        <SelectorRow
          selector={draft.return}
          period={draft.period}
          label={text("insight.retention.returnEvent")}
          onChange={(back) => edit({ return: back })}
        />
        <Select<RetentionMode>
          aria-label={text("insight.retention.mode")}
          value={mode}
          onChange={(next) => edit({ mode: next, brackets: next === "brackets" ? [...USUAL_BRACKETS] : undefined })}
          options={RETENTION_MODES.map((one) => ({ value: one, label: text(`insight.retention.mode.${one}`) }))}
        />
        {mode === "brackets" ? <BracketsInput brackets={draft.brackets ?? []} onChange={(brackets) => edit({ brackets })} /> : null}
        <Select<"start" | "previous">
          aria-label={text("insight.retention.relativeTo")}
          value={draft.relativeTo ?? "start"}
          onChange={(relativeTo) => edit({ relativeTo })}
          options={(["start", "previous"] as const).map((one) => ({ value: one, label: text(`insight.retention.relativeTo.${one}`) }))}
        />
      </BuilderSection>
      <BuilderSection title={text("insight.retention.follow")}>
        <InputNumber<number>
          aria-label={text("insight.retention.follow")}
          min={1}
          max={RETENTION_INTERVALS_MAX}
          precision={0}
          placeholder={text("insight.retention.followPeriod")}
          value={draft.follow ?? null}
          onChange={(follow) => edit({ follow: follow ?? undefined })}
        />
      </BuilderSection>
      <BuilderSection title={text("insight.retention.value")}>
        <FieldPicker
          options={properties}
          allowClear
          label={text("insight.retention.value")}
          placeholder={text("common.none")}
          value={draft.value === undefined ? undefined : { kind: "property", name: draft.value.property }}
          onChange={(field) => edit({ value: field === undefined ? undefined : { property: field.name } })}
        />
      </BuilderSection>
      <Filters analysis={analysis} events={[draft.start.event, draft.return.event]} />
      <Groups analysis={analysis} events={[draft.start.event, draft.return.event]} />
    </>
  );
}
