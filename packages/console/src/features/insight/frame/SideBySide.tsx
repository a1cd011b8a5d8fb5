import type { RouteContract } from "@terrace/contract/route";
import { Select } from "antd";
import { useText } from "../../../app/i18n.ts";
import { Panel } from "../../../ui/Panel.tsx";
import { AnalysisTable } from "./AnalysisTable.tsx";
import type { Shown } from "./shown.ts";
import type { Answered } from "./use-analysis.ts";
import { keyFiguresByGroup, rankedByGroup, type Group, type GroupNamed } from "./use-groups.ts";

type WhoseProps = {
  readonly groups: readonly GroupNamed[];
  readonly chosen: GroupNamed | undefined;
  readonly onChange: (whose: string) => void;
};

/** Whose answer is on screen, where a question was answered for several groups. */
export function WhosePicker({ groups, chosen, onChange }: WhoseProps) {
  const text = useText();
  if (groups.length === 0) return null;
  return (
    <Select<string>
      aria-label={text("insight.whose")}
      popupMatchSelectWidth={false}
      value={chosen?.key ?? ""}
      onChange={onChange}
      options={[{ value: "", label: text("insight.whose.all") }, ...groups.map(({ key, name }) => ({ value: key, label: name }))]}
    />
  );
}

type SideBySideProps<C extends RouteContract> = {
  readonly answered: Answered<C> | undefined;
  /** Another answer is on its way. */
  readonly stale: boolean;
  readonly groups: readonly Group<C>[];
  readonly shown: (answered: Answered<C>) => Shown;
};

/** The figures of the groups beside those of the whole. */
export function SideBySide<C extends RouteContract>({ answered, stale, groups, shown }: SideBySideProps<C>) {
  const text = useText();
  if (answered === undefined) return null;
  const className = stale ? "refetching" : "";
  const all = text("insight.whose.all");
  const figures = keyFiguresByGroup(answered, groups, { name: text("insight.group"), all }, shown);
  const ranked = rankedByGroup(answered, groups, all, shown);
  return (
    <>
      {figures === undefined ? null : (
        <Panel flush title={text("insight.groupsTable")} className={className}>
          <AnalysisTable table={figures} label={text("insight.groupsTable")} picked={undefined} onPick={undefined} />
        </Panel>
      )}
      {ranked === undefined ? null : (
        <Panel flush title={text("insight.groupsRanked", { name: ranked.name })} className={className}>
          <AnalysisTable table={ranked.table} label={ranked.name} picked={undefined} onPick={undefined} />
        </Panel>
      )}
    </>
  );
}
