import { getClassFlow } from "@terrace/contract/api/classes";
import { Button, Segmented, Select } from "antd";
import { useState, type ReactNode } from "react";
import { useCall } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { ChartPanel } from "../../../ui/chart/ChartPanel.tsx";
import type { DataColumn } from "../../../ui/DataTable.tsx";
import { DataTable } from "../../../ui/DataTable.tsx";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { QueryView } from "../../../ui/QueryView.tsx";
import { formatShare } from "../../../ui/format/numbers.ts";
import { intervalName } from "../../insight/frame/interval-names.ts";
import type { ClassFlow, ClassView, FlowStep, Move } from "../answers.ts";
import { flowSpec, moveOf, ranked, valueName } from "./flow-spec.ts";
import { MovedDrawer } from "./MovedDrawer.tsx";

const UNITS = ["day", "week", "month"] as const;
type Unit = (typeof UNITS)[number];

/** Who went from which value to which in an interval; each flow opens its people. It is not followed: everyone who changed is looked at for it. */
export function FlowTab({ whole }: { readonly whole: ClassView }) {
  const text = useText();
  const [unit, setUnit] = useState<Unit>("week");
  const [begin, setBegin] = useState<string>();
  const flow = useCall(
    getClassFlow,
    { params: { ...useWorkspaceParams(), class: whole.key }, query: { interval: unit } },
    { keepPrevious: true },
  );
  const switcher = (
    <Segmented<Unit>
      value={unit}
      onChange={(next) => {
        setUnit(next);
        setBegin(undefined);
      }}
      options={UNITS.map((one) => ({ value: one, label: text(`segments.unit.${one}`) }))}
    />
  );
  return (
    <QueryView query={flow} skeleton={8}>
      {(data) => <Steps whole={whole} flow={data} unit={unit} begin={begin} onBegin={setBegin} switcher={switcher} />}
    </QueryView>
  );
}

type StepsProps = {
  readonly whole: ClassView;
  readonly flow: ClassFlow;
  readonly unit: Unit;
  readonly begin: string | undefined;
  readonly onBegin: (begin: string) => void;
  readonly switcher: ReactNode;
};

/** The intervals of which something is known, the last first, and the one that is looked at. */
function Steps({ whole, flow, unit, begin, onBegin, switcher }: StepsProps) {
  const text = useText();
  const format = useFormat();
  const steps = flow.steps.filter(({ toAt }) => Date.parse(toAt) > Date.parse(flow.since)).toReversed();
  const step = steps.find(({ fromAt }) => fromAt === begin) ?? steps[0];
  const nameOf = ({ fromAt, toAt }: FlowStep) =>
    intervalName({ label: format.day(fromAt), from: format.day(fromAt), to: format.day(toAt) }, unit, format);
  return (
    <div className="stack">
      <div className="row-wrap">
        {switcher}
        {step === undefined ? null : (
          <Select<string>
            className="class-choice"
            aria-label={text("classes.flow.interval")}
            value={step.fromAt}
            onChange={onBegin}
            options={steps.map((one) => ({ value: one.fromAt, label: nameOf(one) }))}
          />
        )}
        <span className="small muted">{text("classes.flow.since", { time: format.tableTime(flow.since) })}</span>
      </div>
      {step === undefined || step.moves.length === 0 ? (
        <Panel>
          <EmptyState text={text("classes.flow.nobody")} />
        </Panel>
      ) : (
        <Moves whole={whole} step={step} name={nameOf(step)} />
      )}
    </div>
  );
}

const rowKey = ({ from, to }: Move) => JSON.stringify([from, to]);

function Moves({ whole, step, name }: { readonly whole: ClassView; readonly step: FlowStep; readonly name: string }) {
  const text = useText();
  const format = useFormat();
  const [open, setOpen] = useState<string>();
  const rows = ranked(step.moves, whole.values);
  const called = (value: string | null) => valueName(whole.values, value, text);
  const total = rows.reduce((sum, { people }) => sum + people, 0);
  const opened = rows.find((row) => rowKey(row) === open);
  const columns: readonly DataColumn<Move>[] = [
    { key: "from", title: text("classes.flow.from"), render: ({ from }) => called(from) },
    { key: "to", title: text("classes.flow.to"), render: ({ to }) => called(to) },
    {
      key: "people",
      title: text("segments.size"),
      width: 140,
      figure: true,
      render: (row) => (
        <Button
          type="link"
          size="small"
          aria-label={text("classes.flow.open", { from: called(row.from), to: called(row.to) })}
          onClick={() => setOpen(rowKey(row))}
        >
          {format.count(row.people)}
        </Button>
      ),
    },
    {
      key: "share",
      title: text("classes.flow.share"),
      width: 140,
      figure: true,
      render: ({ people }) => formatShare(total === 0 ? undefined : people / total),
    },
  ];
  return (
    <>
      <ChartPanel
        title={text("classes.flow.title", { name })}
        spec={flowSpec(rows, whole.values, { text, format })}
        colourScope={`class ${whole.key}`}
        onPick={(pick) => {
          const move = moveOf(pick);
          if (move !== undefined) setOpen(JSON.stringify([move.from, move.to]));
        }}
      />
      <Panel flush title={text("classes.flow.moves")} count={format.count(total)}>
        <DataTable<Move>
          label={text("classes.flow.moves")}
          rows={rows}
          rowKey={rowKey}
          columns={columns}
          empty={null}
          minWidth={520}
          onOpen={(row) => setOpen(rowKey(row))}
          phoneRow={(row) => ({ title: `${called(row.from)} → ${called(row.to)}`, figures: format.count(row.people) })}
        />
      </Panel>
      {opened === undefined ? null : (
        <MovedDrawer
          classKey={whole.key}
          step={step}
          move={opened}
          title={`${called(opened.from)} → ${called(opened.to)} · ${name}`}
          onClose={() => setOpen(undefined)}
        />
      )}
    </>
  );
}
