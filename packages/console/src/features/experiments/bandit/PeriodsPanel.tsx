import type { ExperimentBandit } from "@terrace/contract/api/experiment-bandit";
import type { ExperimentView } from "@terrace/contract/api/experiments";
import { BUCKETS } from "@terrace/domain/assignment/bucket";
import { Button } from "antd";
import { useState } from "react";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { DataTable, type DataColumn } from "../../../ui/DataTable.tsx";
import { Panel } from "../../../ui/Panel.tsx";

type Props = { readonly experiment: ExperimentView; readonly report: ExperimentBandit };
type Period = ExperimentBandit["periods"][number];

/** So many periods stand there at first. */
const SHOWN = 14;
const rowKey = ({ period }: Period): string => String(period);

/** The periods, newest first: their shares, who came, and what the shares follow from. */
export function PeriodsPanel({ experiment: { definition }, report }: Props) {
  const text = useText();
  const format = useFormat();
  const [isWhole, setWhole] = useState(false);
  const share = format.measure("share");
  const periods = report.periods.toReversed();
  const shares = ({ parts }: Period, at: number): string => share.short((parts[at] ?? 0) / BUCKETS);
  const follows = ({ readUntil }: Period): string => (readUntil === null ? text("experiments.bandit.start") : format.tableTime(readUntil));
  const columns: readonly DataColumn<Period>[] = [
    { key: "period", title: text("experiments.bandit.period"), width: 64, figure: true, render: ({ period }) => period + 1 },
    { key: "from", title: text("experiments.bandit.from"), width: 168, render: ({ from }) => format.tableTime(from) },
    ...definition.variants.map(({ key, name }, at): DataColumn<Period> => ({
      key: `variant ${key}`,
      title: name,
      figure: true,
      render: (row) => (
        <>
          <span className="strong">{shares(row, at)}</span>{" "}
          <span className="small muted">{text("experiments.bandit.peopleIn", { people: format.count(row.people[at]) })}</span>
        </>
      ),
    })),
    { key: "readUntil", title: text("experiments.bandit.readUntil"), width: 168, render: follows },
    {
      key: "moved",
      title: <span title={text("experiments.bandit.movedNote")}>{text("experiments.bandit.moved")}</span>,
      width: 80,
      figure: true,
      render: ({ moved }) => share.short(moved / BUCKETS),
    },
  ];
  return (
    <Panel title={text("experiments.bandit.periods")} count={report.periods.length} flush>
      <DataTable<Period>
        label={text("experiments.bandit.periods")}
        rows={isWhole ? periods : periods.slice(0, SHOWN)}
        rowKey={rowKey}
        columns={columns}
        minWidth={490 + definition.variants.length * 130}
        empty={null}
        phoneRow={(row) => ({
          title: format.tableTime(row.from),
          detail: definition.variants.map(({ name }, at) => `${name} ${shares(row, at)}`).join(" · "),
          figures: text("experiments.bandit.peopleIn", { people: format.count(row.people.reduce((sum, each) => sum + each, 0)) }),
        })}
      />
      {isWhole || periods.length <= SHOWN ? null : (
        <div className="bandit-note">
          <Button type="link" onClick={() => setWhole(true)}>
            {text("experiments.bandit.allPeriods", { count: periods.length })}
          </Button>
        </div>
      )}
    </Panel>
  );
}
