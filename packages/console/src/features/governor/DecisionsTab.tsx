import { reportGovernorDecisions, reportGovernorLoad, type DecisionsReport } from "@terrace/contract/api/governor";
import { Segmented, Tag } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { addDays } from "../../ui/format/dates.ts";
import { DataTable, type DataColumn } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { Sparkline } from "../../ui/Sparkline.tsx";
import { DecisionDrawer } from "./DecisionDrawer.tsx";
import { decisionLines, type Days, type DecisionLine } from "./decision-lines.ts";
import { reasonWords, ruleWords } from "./governor-words.ts";
import type { HeldRules } from "./RulesTab.tsx";

const SPANS = ["7", "30", "90"] as const;
const TONES = { send: "badge-on", defer: "badge-waits", block: "badge-blocks" } as const;
const rowKey = ({ what, reason, rule }: DecisionLine) => `${what} ${reason} ${rule ?? ""}`;

/** How many messages went out, waited and were blocked, by whom, and how many people got. */
export function DecisionsTab({ rules }: { readonly rules: HeldRules }) {
  const text = useText();
  const { day } = useFormat();
  const [place, setPlace] = useSearchParams();
  const span = SPANS.find((one) => one === place.get("days")) ?? "7";
  const [today] = useState(() => day(Date.now()));
  const query = { from: addDays(today, 1 - Number(span)), to: addDays(today, 1) };
  const input = { params: useWorkspaceParams(), query };
  const report = useCall(reportGovernorDecisions, input, { keepPrevious: true });
  const load = useCall(reportGovernorLoad, input, { keepPrevious: true });
  return (
    <div className="stack">
      <Segmented
        aria-label={text("governor.span")}
        className="governor-span"
        value={span}
        onChange={(next) => setPlace({ tab: "decisions", ...(next === "7" ? {} : { days: next }) }, { replace: true })}
        options={SPANS.map((value) => ({ value, label: text("governor.lastDays", { days: value }) }))}
      />
      <Panel flush title={text("governor.decisions")} label={text("governor.decisions")}>
        <QueryView query={report}>{(data) => <Lines report={data} days={query} rules={rules} />}</QueryView>
      </Panel>
      <Panel title={text("governor.load")} label={text("governor.load")}>
        <QueryView query={load}>{(data) => <Load {...data} />}</QueryView>
      </Panel>
    </div>
  );
}

type LinesProps = { readonly report: DecisionsReport; readonly days: Days; readonly rules: HeldRules };

function Lines({ report, days, rules }: LinesProps) {
  const text = useText();
  const format = useFormat();
  const mayLook = useMay()("people:read");
  const [open, setOpen] = useState<DecisionLine>();
  const lines = decisionLines(report.rows, days);
  const known = { quietHours: rules.rules.quietHours, caps: [...rules.rules.caps, ...rules.platformCaps] };
  const tag = ({ what }: DecisionLine) => (
    <Tag variant="filled" className={TONES[what]}>
      {text(`governor.what.${what}`)}
    </Tag>
  );
  const reasonOf = (line: DecisionLine) =>
    mayLook ? (
      <button type="button" className="plain-button link-like" onClick={() => setOpen(line)}>
        {reasonWords(line.reason)}
      </button>
    ) : (
      reasonWords(line.reason)
    );
  const ruleOf = ({ rule }: DecisionLine) => (rule === null || rule === "repeat" ? "—" : ruleWords(rule, known, text, format));
  const columns: readonly DataColumn<DecisionLine>[] = [
    { key: "what", title: text("governor.verdict"), width: 110, render: tag },
    { key: "reason", title: text("governor.why"), width: 240, ellipsis: true, render: reasonOf },
    { key: "rule", title: text("governor.rule"), ellipsis: true, render: ruleOf },
    { key: "days", title: text("governor.byDay"), width: 110, render: ({ byDay }) => <Sparkline values={byDay} /> },
    { key: "count", title: text("governor.count"), width: 110, figure: true, render: ({ decisions }) => format.count(decisions) },
  ];
  return (
    <>
      <DataTable<DecisionLine>
        label={text("governor.decisions")}
        rows={lines}
        rowKey={rowKey}
        columns={columns}
        minWidth={760}
        {...(mayLook ? { onOpen: setOpen } : {})}
        empty={<EmptyState text={text("governor.noDecisions")} />}
        phoneRow={(line) => ({
          title: reasonWords(line.reason),
          state: tag(line),
          detail: ruleOf(line),
          figures: format.count(line.decisions),
        })}
      />
      {open === undefined ? null : <DecisionDrawer line={open} days={days} onClose={() => setOpen(undefined)} />}
    </>
  );
}

type LoadProps = {
  readonly people: number;
  readonly messages: number;
  readonly histogram: readonly { readonly messages: number; readonly people: number }[];
};

/** People by how many messages they got. */
function Load({ people, messages, histogram }: LoadProps) {
  const text = useText();
  const format = useFormat();
  if (people === 0) return <p className="muted">{text("governor.noLoad")}</p>;
  const most = Math.max(...histogram.map((one) => one.people));
  return (
    <div className="stack">
      <p className="small muted">{text("governor.loadNote", { people: format.count(people), messages: format.count(messages) })}</p>
      <table className="plain-table governor-load">
        <thead>
          <tr>
            <th>{text("governor.messagesEach")}</th>
            <th>{text("governor.people")}</th>
            <th aria-hidden="true" />
          </tr>
        </thead>
        <tbody>
          {histogram.map((one) => (
            <tr key={one.messages}>
              <td>{format.count(one.messages)}</td>
              <td>{format.count(one.people)}</td>
              <td className="governor-bar" aria-hidden="true">
                <i style={{ width: `${(one.people / most) * 100}%` }} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
