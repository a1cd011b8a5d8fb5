import { getEnrolmentPath, getJourney, type EnrolmentView, type JourneyDetail } from "@terrace/contract/api/journeys";
import { Alert, Drawer } from "antd";
import { Link } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FactRows } from "../../ui/FactRows.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { EnrolmentState } from "./EnrolmentState.tsx";
import { useNodeWords, type DrawnNode } from "./use-node-words.ts";
import { useEndWords, useWhyWords, type WayStep } from "./use-way-words.ts";

type Props = { readonly journey: string; readonly enrolment: string; readonly onClose: () => void };
const REFETCH_MS = 5_000;

/** The way of one person through a journey: every step with its reason, and where they are and why they are there. */
export function WayDrawer({ journey, enrolment, onClose }: Props) {
  const text = useText();
  const link = useLink();
  const params = { ...useWorkspaceParams(), journey };
  const way = useCall(getEnrolmentPath, { params: { ...params, enrolment } }, { refetchMs: REFETCH_MS });
  const person = way.data?.enrolment.person;
  return (
    <Drawer
      open
      size={480}
      onClose={onClose}
      title={text("journeys.wayOf", { name: person === undefined ? "" : person.displayName || person.id })}
      extra={person === undefined ? null : <Link to={link(`people/${person.id}`)}>{text("journeys.seePerson")}</Link>}
    >
      <QueryView query={way} skeleton={6}>
        {(data) => <OfVersion journey={journey} enrolment={data.enrolment} steps={data.items} />}
      </QueryView>
    </Drawer>
  );
}

type Way = { readonly enrolment: EnrolmentView; readonly steps: readonly WayStep[] };

/** By the version they go by: a node may be another one in the newest. */
function OfVersion({ journey, enrolment, steps }: Way & { readonly journey: string }) {
  const version = enrolment.version;
  const drawn = useCall(getJourney, { params: { ...useWorkspaceParams(), journey }, query: { version } });
  return (
    <QueryView query={drawn} skeleton={4}>
      {(data) => (
        <>
          <Facts enrolment={enrolment} />
          <Steps drawn={data} enrolment={enrolment} steps={steps} />
        </>
      )}
    </QueryView>
  );
}

function Facts({ enrolment }: { readonly enrolment: EnrolmentView }) {
  const text = useText();
  const format = useFormat();
  const { enteredAt, version, key, goalAt, parked } = enrolment;
  const rows: readonly (readonly [string, string])[] = [
    [text("journeys.enteredAt"), format.tableTime(enteredAt)],
    ...(key === null ? [] : [[text("journeys.key"), key] as const]),
    [text("journeys.version"), text("journeys.versionOf", { version })],
    [text("journeys.goal"), goalAt === null ? text("journeys.goalNot") : format.tableTime(goalAt)],
  ];
  return (
    <>
      <p>
        <EnrolmentState enrolment={enrolment} />
      </p>
      {parked === null ? null : (
        <Alert
          className="journey-notice"
          type="warning"
          showIcon
          title={text("journeys.parkedSince", { time: format.tableTime(parked.since), count: parked.tries, fault: parked.fault })}
        />
      )}
      <FactRows rows={rows} />
    </>
  );
}

function Steps({ drawn, enrolment, steps }: Way & { readonly drawn: JourneyDetail }) {
  const text = useText();
  const words = useNodeWords();
  const whyWords = useWhyWords();
  const nodeOf = (id: string) => drawn.definition.nodes.find((node) => node.id === id);
  const nameOf = (id: string) => {
    const node = nodeOf(id);
    return node === undefined ? id : words.title(node);
  };
  return (
    <ol className="journey-way" aria-label={text("journeys.way")}>
      {steps.map((step) => (
        <li key={step.step}>
          <div className="row">
            <strong className="grow">{nameOf(step.node)}</strong>
            <TimeText at={step.leftAt} className="muted small" />
          </div>
          <div>{whyWords(step, nodeOf(step.node))}</div>
          {step.out === null || step.out === "next" ? null : <div className="muted small">→ {words.out(nodeOf(step.node), step.out)}</div>}
        </li>
      ))}
      <Now enrolment={enrolment} node={nodeOf(enrolment.node)} isPaused={drawn.state === "paused"} />
    </ol>
  );
}

type NowProps = { readonly enrolment: EnrolmentView; readonly node: DrawnNode | undefined; readonly isPaused: boolean };

/** Where they are now, and what they wait for. */
function Now({ enrolment: { state, node: id, dueAt, endReason }, node, isPaused }: NowProps) {
  const text = useText();
  const format = useFormat();
  const words = useNodeWords();
  const endWords = useEndWords();
  if (state === "out") return null;
  if (state === "held") return <li className="journey-now">{text("journeys.now.held", { why: endWords(endReason) })}</li>;
  if (state === "waiting") return <li className="journey-now">{text("journeys.now.waiting")}</li>;
  const time = dueAt === null ? "" : format.tableTime(dueAt);
  const why = isPaused
    ? text("journeys.now.paused")
    : node?.kind === "events"
      ? text("journeys.now.events", { what: words.does(node), time })
      : dueAt === null
        ? text("journeys.now.asked")
        : text("journeys.now.due", { time });
  return (
    <li className="journey-now">
      <strong>{text("journeys.now.at", { node: node === undefined ? id : words.title(node) })}</strong>
      <div>{why}</div>
    </li>
  );
}
