import { getPyramidFlow } from "@terrace/contract/api/pyramid-figures";
import { BADGE_TONES } from "@terrace/domain/pyramids/pyramid";
import { Button, Checkbox } from "antd";
import { useState } from "react";
import { useCall } from "../../app/api/use-call.ts";
import { useText, useWords } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { ChartPanel } from "../../ui/chart/ChartPanel.tsx";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { formatShare } from "../../ui/format/numbers.ts";
import { flowSpec, moveOf, ranked, valueName } from "../classes/flow/flow-spec.ts";
import { MovedDrawer } from "../classes/flow/MovedDrawer.tsx";
import type { Flow, PyramidView } from "./answers.ts";
import { DaysSwitch, useSince, type Days } from "./DaysSwitch.tsx";

type Move = Flow["flows"][number];
const rowKey = ({ from, to }: Pick<Move, "from" | "to">) => JSON.stringify([from, to]);

/** Who went from which layer to which in a period; each flow opens its people. */
export function FlowTab({ pyramid }: { readonly pyramid: PyramidView }) {
  const text = useText();
  const format = useFormat();
  const [days, setDays] = useState<Days>(30);
  const [stayed, setStayed] = useState(false);
  const flow = useCall(
    getPyramidFlow,
    { params: { ...useWorkspaceParams(), pyramid: pyramid.key }, query: { from: useSince(days) } },
    { keepPrevious: true },
  );
  return (
    <QueryView query={flow} skeleton={8}>
      {(data) => (
        <div className="stack">
          <div className="row-wrap">
            <DaysSwitch days={days} onChange={setDays} />
            <Checkbox checked={stayed} onChange={({ target }) => setStayed(target.checked)}>
              {text("pyramids.stayedToo")}
            </Checkbox>
            <span className="small muted">{text("classes.flow.since", { time: format.tableTime(data.since) })}</span>
          </div>
          <Moves pyramid={pyramid} flow={data} rows={data.flows.filter(({ from, to }) => stayed || from !== to)} />
        </div>
      )}
    </QueryView>
  );
}

type MovesProps = { readonly pyramid: PyramidView; readonly flow: Flow; readonly rows: readonly Move[] };

function Moves({ pyramid, flow, rows }: MovesProps) {
  const text = useText();
  const words = useWords();
  const format = useFormat();
  const [open, setOpen] = useState<string>();
  const values = pyramid.layers.map(({ key, name, badge }) => ({ value: key, name: words(name), slot: BADGE_TONES.indexOf(badge.tone) }));
  const called = (layer: string | null) => valueName(values, layer, text);
  const sorted = ranked(rows, values);
  const total = rows.reduce((sum, { people }) => sum + people, 0);
  // The people of a flow are those who changed: who stayed is the layer itself.
  const opened = rows.find((row) => row.from !== row.to && rowKey(row) === open);
  if (rows.length === 0)
    return (
      <Panel>
        <EmptyState text={text("classes.flow.nobody")} />
      </Panel>
    );
  const columns: readonly DataColumn<Move>[] = [
    { key: "from", title: text("classes.flow.from"), render: ({ from }) => called(from) },
    { key: "to", title: text("classes.flow.to"), render: ({ to }) => called(to) },
    {
      key: "people",
      title: text("segments.size"),
      width: 140,
      figure: true,
      render: (row) =>
        row.from === row.to ? (
          format.count(row.people)
        ) : (
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
        title={text("pyramids.flowTitle", { from: format.day(flow.fromAt), to: format.tableTime(flow.toAt) })}
        spec={flowSpec(sorted, values, { text, format })}
        colourScope={`pyramid ${pyramid.key}`}
        onPick={(pick) => {
          const move = moveOf(pick);
          if (move !== undefined) setOpen(rowKey(move));
        }}
      />
      <Panel flush title={text("classes.flow.moves")} count={format.count(total)}>
        <DataTable<Move>
          label={text("classes.flow.moves")}
          rows={sorted}
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
          classKey={pyramid.class}
          step={flow}
          move={opened}
          title={`${called(opened.from)} → ${called(opened.to)}`}
          onClose={() => setOpen(undefined)}
        />
      )}
    </>
  );
}
