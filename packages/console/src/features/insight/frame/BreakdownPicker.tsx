import { Segmented } from "antd";
import type { ReactNode } from "react";
import { useText } from "../../../app/i18n.ts";
import { BuilderSection } from "../../conditions/BuilderSection.tsx";
import { FieldPicker } from "../../conditions/FieldPicker.tsx";
import { isBySegment } from "../value-words.ts";
import { SegmentsField } from "./SegmentsField.tsx";
import type { FieldKind } from "../../conditions/use-field-options.ts";
import { useFieldOptions } from "../../conditions/use-field-options.ts";

/** By what figures are told apart: `{ property }`, `{ column }`, `{ trait }` or `{ segment: ids }`. */
export type BreakdownBy = Readonly<Record<string, unknown>>;

type Props = {
  readonly by: BreakdownBy | undefined;
  readonly events: readonly (string | null)[];
  readonly onChange: (by: BreakdownBy | undefined) => void;
  readonly kinds?: readonly FieldKind[];
  readonly title?: string;
  /** What stands there while nothing is chosen. */
  readonly none?: string;
  /** People are told apart, not events: of a column it is always their first event or their last. */
  readonly ofPeople?: boolean;
  /** What else there is to say of it. */
  readonly children?: ReactNode;
};

/** What an analysis of events can be broken down by. */
export const BREAKDOWN_FIELDS: readonly FieldKind[] = ["property", "column"];
/** What figures of events and people can be broken down by: of columns also the person's first or last. */
export const BREAKDOWN_AND_PERSON_FIELDS: readonly FieldKind[] = ["property", "column", "trait"];
/** What people can be told apart by: of columns their first or last. */
export const PERSON_BREAKDOWN_FIELDS: readonly FieldKind[] = ["column", "trait"];
const TOUCHES = ["event", "first", "last"] as const;

/** Chooses what the figures are broken down by. Personal values are nothing to break down by. */
export function BreakdownPicker({ by, events, onChange, kinds = BREAKDOWN_FIELDS, title, none, ofPeople = false, children }: Props) {
  const text = useText();
  const options = useFieldOptions(events, kinds).filter(({ personal }) => !personal);
  if (isBySegment(by))
    return (
      <BuilderSection title={title ?? text("insight.breakdown")} add={text("insight.byField")} onAdd={() => onChange(undefined)}>
        <SegmentsField segments={by.segment} onChange={(segment) => onChange({ segment })} />
        {children}
      </BuilderSection>
    );
  return (
    <BuilderSection
      title={title ?? text("insight.breakdown")}
      {...(kinds.includes("trait") ? { add: text("insight.bySegments"), onAdd: () => onChange({ segment: [] }) } : {})}
    >
      <FieldPicker
        options={options}
        value={fieldOf(by)}
        allowClear
        placeholder={none ?? text("insight.noBreakdown")}
        label={title ?? text("insight.breakdown")}
        onChange={(field) =>
          onChange(
            field === undefined
              ? undefined
              : { ...(ofPeople && field.kind === "column" ? { touch: "first" } : {}), [field.kind]: field.name },
          )
        }
      />
      {kinds.includes("trait") && typeof by?.["column"] === "string" ? (
        <Segmented<(typeof TOUCHES)[number]>
          block
          size="small"
          aria-label={text("insight.touch")}
          value={by["touch"] === "first" || by["touch"] === "last" ? by["touch"] : "event"}
          onChange={(touch) => onChange({ column: by["column"], ...(touch === "event" ? {} : { touch }) })}
          options={TOUCHES.filter((touch) => !ofPeople || touch !== "event").map((touch) => ({
            value: touch,
            label: text(`insight.touch.${touch}`),
          }))}
        />
      ) : null}
      {children}
    </BuilderSection>
  );
}

/** The field of a breakdown. */
export function fieldOf(by: BreakdownBy | undefined): { readonly kind: FieldKind; readonly name: string } | undefined {
  const kind = (["property", "column", "trait"] as const).find((one) => typeof by?.[one] === "string");
  return kind === undefined ? undefined : { kind, name: String(by?.[kind]) };
}
