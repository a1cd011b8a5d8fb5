import { Select } from "antd";
import { BuilderSection } from "../../conditions/BuilderSection.tsx";
import { useFieldOptions, COLUMNS, type FieldKind } from "../../conditions/use-field-options.ts";
import type { Ground } from "../use-ground.ts";
import { dimensionKey, dimensionName, type By } from "./portrait-words.ts";

const TRAITS: readonly FieldKind[] = ["trait"];
const TOUCHES = ["first", "last"] as const;

type Props = {
  readonly by: readonly By[] | undefined;
  readonly ground: Ground;
  readonly onChange: (by: By[] | undefined) => void;
};

/** By what people are compared; nothing chosen: by every trait, the usual context and tags. */
export function DimensionsSection({ by = [], ground, onChange }: Props) {
  const { text } = ground;
  const traits = useFieldOptions([], TRAITS);
  const offered: readonly By[] = [
    { tags: true },
    ...traits.map(({ name }): By => ({ trait: name })),
    ...COLUMNS.flatMap((column) => TOUCHES.map((touch): By => ({ column, touch }))),
  ];
  const byKey = new Map([...offered, ...by].map((each) => [dimensionKey({ by: each }), each]));
  return (
    <BuilderSection title={text("insight.portrait.dimensions")}>
      <Select<string[]>
        mode="multiple"
        className="field-picker"
        aria-label={text("insight.portrait.dimensions")}
        placeholder={text("insight.portrait.allDimensions")}
        popupMatchSelectWidth={260}
        showSearch={{ optionFilterProp: "label" }}
        value={by.map((each) => dimensionKey({ by: each }))}
        onChange={(keys) => {
          const chosen = keys.flatMap((key) => byKey.get(key) ?? []);
          onChange(chosen.length === 0 ? undefined : chosen);
        }}
        options={[...byKey].map(([key, each]) => ({ value: key, label: dimensionName({ by: each }, ground) }))}
      />
    </BuilderSection>
  );
}
