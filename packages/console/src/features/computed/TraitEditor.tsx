import {
  EDGE_VALUES,
  LIST_MAX,
  TRAIT_KINDS,
  TRAIT_PERIODS,
  typeOfTrait,
  WINDOW_DAYS_MAX,
  type TraitKind,
} from "@terrace/domain/computed/definition";
import { TRAIT_UNITS, type TraitUnit } from "@terrace/domain/computed/trait-unit";
import { Form, Input, InputNumber, Segmented, Select } from "antd";
import type { ReactNode } from "react";
import { useText } from "../../app/i18n.ts";
import { Panel } from "../../ui/Panel.tsx";
import { PreviewPanel } from "./PreviewPanel.tsx";
import { MeasureEditor, SourceEditor } from "./SourceEditor.tsx";
import { definitionOf, isKey, keyFrom, takes, type TraitDraft, type WindowKind } from "./trait-draft.ts";
import "../segments/segments.css";
import "./computed.css";

type Props = {
  readonly draft: TraitDraft;
  readonly onChange: (draft: TraitDraft) => void;
  /** Whether its key can be chosen: that of a trait there is stays. */
  readonly isNew: boolean;
  /** What stands below: faults and buttons. */
  readonly foot?: ReactNode;
};

const WINDOWS: readonly WindowKind[] = ["ever", "days", ...TRAIT_PERIODS];
const AS = ["text", "number"] as const;

/** Puts a computed trait together, with who would have which value beside it. */
export function TraitEditor({ draft, onChange, isNew, foot }: Props) {
  const edit = (change: Partial<TraitDraft>) => onChange({ ...draft, ...change });
  const definition = definitionOf(draft);
  return (
    <div className="segment-form">
      <Panel>
        <Form layout="vertical" component="div">
          <Names draft={draft} edit={edit} isNew={isNew} />
          <What draft={draft} edit={edit} />
          <When draft={draft} edit={edit} />
          {definition === undefined || typeOfTrait(definition) !== "number" ? null : <UnitChoice draft={draft} edit={edit} />}
        </Form>
        <div className="stack segment-list-acts">{foot}</div>
      </Panel>
      <PreviewPanel definition={definition} unit={draft.unit} />
    </div>
  );
}

type Part = { readonly draft: TraitDraft; readonly edit: (change: Partial<TraitDraft>) => void };

function Names({ draft: { nameZh, nameEn, key }, edit, isNew }: Part & Pick<Props, "isNew">) {
  const text = useText();
  const name = (field: "nameZh" | "nameEn", value: string) => {
    // The key follows the name until somebody writes another.
    const follows = isNew && field === "nameEn" && key === keyFrom(nameEn);
    edit({ [field]: value, ...(follows ? { key: keyFrom(value) } : {}) });
  };
  return (
    <>
      <div className="segment-two">
        {(["nameZh", "nameEn"] as const).map((field) => (
          <Form.Item key={field} label={text(`computed.${field}`)}>
            <Input
              aria-label={text(`computed.${field}`)}
              maxLength={80}
              value={field === "nameZh" ? nameZh : nameEn}
              onChange={({ target }) => name(field, target.value)}
            />
          </Form.Item>
        ))}
      </div>
      {isNew ? (
        <Form.Item
          label={text("computed.key")}
          required
          extra={text("computed.keyNote", { key: key === "" ? "…" : key })}
          validateStatus={key === "" || isKey(key) ? "" : "error"}
        >
          <Input aria-label={text("computed.key")} maxLength={40} value={key} onChange={({ target }) => edit({ key: target.value })} />
        </Form.Item>
      ) : null}
    </>
  );
}

function What({ draft, edit }: Part) {
  const text = useText();
  const { kind, own, as, limit, part, whole } = draft;
  const isEdge = EDGE_VALUES.some((one) => one === kind);
  return (
    <>
      <Form.Item label={text("computed.kind")} extra={text(`computed.kindNote.${kind}`)}>
        <Select<TraitKind>
          aria-label={text("computed.kind")}
          value={kind}
          onChange={(next) => edit({ kind: next })}
          options={TRAIT_KINDS.map((one) => ({ value: one, label: text(`computed.kind.${one}`) }))}
        />
      </Form.Item>
      {kind === "ratio" ? (
        <>
          <Form.Item label={text("computed.part")}>
            <MeasureEditor measure={part} label={text("computed.part")} onChange={(next) => edit({ part: next })} />
          </Form.Item>
          <Form.Item label={text("computed.whole")}>
            <MeasureEditor measure={whole} label={text("computed.whole")} onChange={(next) => edit({ whole: next })} />
          </Form.Item>
        </>
      ) : (
        <Form.Item label={text("computed.of")}>
          <SourceEditor source={own} takes={takes(kind, as)} onChange={(next) => edit({ own: next })} />
        </Form.Item>
      )}
      {isEdge ? (
        <Form.Item label={text("computed.as")}>
          <Segmented
            aria-label={text("computed.as")}
            value={as}
            onChange={(next) => edit({ as: next })}
            options={AS.map((one) => ({ value: one, label: text(`computed.type.${one}`) }))}
          />
        </Form.Item>
      ) : null}
      {kind === "list" ? (
        <Form.Item label={text("computed.limit")}>
          <InputNumber<number>
            aria-label={text("computed.limit")}
            min={1}
            max={LIST_MAX}
            precision={0}
            value={limit}
            onChange={(next) => edit({ limit: next })}
          />
        </Form.Item>
      ) : null}
    </>
  );
}

function When({ draft: { window, days }, edit }: Part) {
  const text = useText();
  return (
    <Form.Item label={text("computed.window")}>
      <div className="computed-line">
        <Select<WindowKind>
          aria-label={text("computed.window")}
          value={window}
          onChange={(next) => edit({ window: next })}
          options={WINDOWS.map((one) => ({ value: one, label: text(`computed.window.${one}`) }))}
        />
        {window === "days" ? (
          <InputNumber<number>
            aria-label={text("computed.days")}
            min={1}
            max={WINDOW_DAYS_MAX}
            precision={0}
            value={days}
            onChange={(next) => edit({ days: next })}
          />
        ) : null}
      </div>
    </Form.Item>
  );
}

function UnitChoice({ draft: { unit }, edit }: Part) {
  const text = useText();
  return (
    <Form.Item label={text("computed.unit")}>
      <Select<TraitUnit>
        aria-label={text("computed.unit")}
        value={unit}
        onChange={(next) => edit({ unit: next })}
        options={TRAIT_UNITS.map((one) => ({ value: one, label: text(`computed.unit.${one}`) }))}
      />
    </Form.Item>
  );
}
