import type { ExperimentResults, ExperimentView } from "@terrace/contract/api/experiments";
import { Tag } from "antd";
import { useText } from "../../../app/i18n.ts";
import { reachOf } from "../../effects/effect-words.ts";
import { EffectsTable } from "../../effects/EffectsTable.tsx";
import { useVariantColumns, VariantRows } from "../VariantRows.tsx";

export type ToldGroup = NonNullable<ExperimentResults["breakdown"]>[number] & { readonly name: string };
type Props = {
  readonly experiment: ExperimentView;
  readonly results: ExperimentResults;
  readonly groups: readonly ToldGroup[];
  /** Which of the metrics is told. */
  readonly metric: number;
  /** Looks at the people of a variant in a group; none for whoever may not. */
  readonly onPeople: ((group: ToldGroup, variant: string) => void) | undefined;
};

/** One metric in each variant of each group; bars are drawn to one scale. */
export function GroupsTable({ experiment: { definition }, results, groups, metric, onPeople }: Props) {
  const text = useText();
  const columns = [{ title: text("experiments.group") }, ...useVariantColumns(definition)];
  const reach = reachOf(groups.flatMap(({ metrics }) => metrics[metric]?.variants.map(({ effect }) => effect) ?? []));
  const whole = results.metrics[metric];
  const isCalled = results.verdict.kind !== "too_early" && results.verdict.kind !== "split_off";
  if (whole === undefined) return null;
  return (
    <EffectsTable label={text("experiments.groups")} columns={columns}>
      {groups.map((group) => (
        <VariantRows
          key={group.other ? "*" : `=${group.value ?? ""}`}
          definition={definition}
          head={
            <>
              <span className="strong">{group.name}</span>{" "}
              {group.split.blocks ? <Tag color="error">{text("experiments.groups.splitOff")}</Tag> : null}
            </>
          }
          metric={{ ...whole, variants: group.metrics[metric]?.variants ?? [] }}
          reach={reach}
          isCalled={isCalled && !group.split.blocks}
          onPeople={onPeople === undefined ? undefined : (variant) => onPeople(group, variant)}
        />
      ))}
    </EffectsTable>
  );
}
