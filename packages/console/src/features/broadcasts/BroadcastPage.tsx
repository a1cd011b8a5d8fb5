import { getBroadcast, getBroadcastFigures, type BroadcastDetail, type BroadcastFigures } from "@terrace/contract/api/broadcasts";
import { Progress } from "antd";
import { Link, useNavigate, useParams } from "react-router";
import { isFault } from "../../app/api/api-fault.ts";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { DataTable, type DataColumn } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { FactRows } from "../../ui/FactRows.tsx";
import { MISSING } from "../../ui/format/numbers.ts";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { reasonWords, weekdayNames } from "../governor/governor-words.ts";
import { useSegmentNames } from "../segments/SegmentSelect.tsx";
import { useTemplateNames } from "../templates/TemplateSelect.tsx";
import { BroadcastActions } from "./BroadcastActions.tsx";
import { BroadcastState } from "./BroadcastState.tsx";
import "./broadcasts.css";
import { VariantTable } from "./VariantTable.tsx";

const LIVE_MS = 3_000;
/** Figures are counted over all messages. */
const FIGURES_MS = 10_000;
const REST_MS = 60_000;

/** One broadcast: whom it goes to, how far it is, where its messages stand and why, and what people did. */
export function BroadcastPage() {
  const { broadcast: id = "" } = useParams();
  const text = useText();
  const broadcast = useCall(getBroadcast, { params: { ...useWorkspaceParams(), broadcast: id } }, { refetchMs: LIVE_MS });
  if (isFault(broadcast.error, "broadcast.not_found", "request.invalid"))
    return (
      <>
        <PageHeader title={text("nav.broadcasts")} />
        <Panel>
          <EmptyState text={text("broadcasts.gone")} />
        </Panel>
      </>
    );
  return (
    <QueryView query={broadcast} skeleton={8}>
      {(data) => <BroadcastShown key={data.id} broadcast={data} />}
    </QueryView>
  );
}

function BroadcastShown({ broadcast }: { readonly broadcast: BroadcastDetail }) {
  const text = useText();
  const format = useFormat();
  const params = { ...useWorkspaceParams(), broadcast: broadcast.id };
  const hasBegun = broadcast.audience !== null;
  const figures = useCall(
    getBroadcastFigures,
    { params },
    { enabled: hasBegun, refetchMs: broadcast.state === "running" ? FIGURES_MS : REST_MS },
  );
  return (
    <>
      <PageHeader
        title={broadcast.name}
        tags={<BroadcastState state={broadcast.state} />}
        meta={<span>{text("segments.madeBy", { by: broadcast.createdBy, time: format.tableTime(broadcast.createdAt) })}</span>}
        actions={<BroadcastActions broadcast={broadcast} />}
      />
      <div className="stack">
        {hasBegun ? <Going broadcast={broadcast} /> : null}
        <Panel title={text("broadcasts.what")}>
          <FactRows rows={useFacts(broadcast)} />
        </Panel>
        {hasBegun ? (
          <QueryView query={figures} skeleton={4}>
            {(data) => (
              <div className="stack">
                <VariantTable broadcast={broadcast} figures={data} />
                <StateTable id={broadcast.id} states={data.states} />
              </div>
            )}
          </QueryView>
        ) : null}
      </div>
    </>
  );
}

/** How many of the audience were given to the governor, and what is waited for. */
function Going({ broadcast: { asked, audience, waitsUntil, tested, winner, definition } }: { readonly broadcast: BroadcastDetail }) {
  const text = useText();
  const format = useFormat();
  const whole = audience ?? 0;
  const isTesting = definition.test !== null && winner === null && asked >= tested;
  return (
    <Panel title={text("broadcasts.progress")}>
      <Progress percent={whole === 0 ? 100 : Math.floor((asked / whole) * 100)} aria-label={text("broadcasts.progress")} />
      <p className="muted">{text("broadcasts.askedOf", { asked: format.count(asked), audience: format.count(whole) })}</p>
      {waitsUntil === null ? null : (
        <p>{text(isTesting ? "broadcasts.waitsForTest" : "broadcasts.waitsForWindow", { time: format.tableTime(waitsUntil) })}</p>
      )}
    </Panel>
  );
}

function useFacts({ definition, beginsAt, beganAt, endedAt, approvedBy }: BroadcastDetail): readonly (readonly [string, string])[] {
  const text = useText();
  const format = useFormat();
  const { segment, without, channel, purpose, variants, window, perMinute, test, begins, expiresAfterHours } = definition;
  const templates = useTemplateNames(variants.map(({ template }) => template));
  const names = useSegmentNames([segment, ...(without === null ? [] : [without])]);
  const days = weekdayNames(format);
  const time = (at: string | null, name: string): readonly (readonly [string, string])[] =>
    at === null ? [] : [[name, format.tableTime(at)]];
  return [
    [text("broadcasts.segment"), names.get(segment) ?? segment],
    ...(without === null ? [] : [[text("broadcasts.without"), names.get(without) ?? without] as const]),
    [text("templates.channel"), text(`templates.channelOf.${channel}`)],
    [text("governor.purpose"), purpose],
    ...variants.map(({ key, template }): readonly [string, string] => [
      variants.length === 1 ? text("broadcasts.template") : text("broadcasts.variantOf", { at: key.toUpperCase() }),
      templates.get(template) ?? template,
    ]),
    ...(beginsAt === null ? [[text("broadcasts.begins"), begins?.replace("T", " ") ?? text("broadcasts.onceApproved")] as const] : []),
    ...time(beganAt === null ? beginsAt : null, text("broadcasts.begins")),
    ...time(beganAt, text("broadcasts.began")),
    ...time(endedAt, text("broadcasts.ended")),
    ...(window === null
      ? []
      : [
          [
            text("broadcasts.window"),
            [`${window.from}–${window.to}`, ...window.weekdays.map((day) => days[day - 1] ?? "")].join(" "),
          ] as const,
        ]),
    ...(perMinute === null ? [] : [[text("broadcasts.perMinute"), format.count(perMinute)] as const]),
    ...(test === null
      ? []
      : [
          [
            text("broadcasts.test"),
            text("broadcasts.testWords", {
              percent: test.share / 100,
              by: text(`broadcasts.by.${test.by}`),
              hours: Math.round(test.afterMinutes / 6) / 10,
            }),
          ] as const,
        ]),
    [text("broadcasts.expires"), text("broadcasts.hours", { count: format.count(expiresAfterHours) })],
    ...(approvedBy === null ? [] : [[text("broadcasts.approvedBy"), approvedBy] as const]),
  ];
}

type StateRow = BroadcastFigures["states"][number];
const stateKey = ({ variant, state, reason }: StateRow) => `${variant} ${state} ${reason}`;

/** Where the messages stand, and why. */
function StateTable({ id, states }: { readonly id: string; readonly states: readonly StateRow[] }) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  const navigate = useNavigate();
  /** The messages behind a line, in the record of messages. */
  const behind = ({ state, reason }: StateRow) => {
    const query = new URLSearchParams({ source: "broadcast", sourceId: id, state, ...(reason === "" ? {} : { reason }) });
    return link(`touch/messages?${query.toString()}`);
  };
  const columns: readonly DataColumn<StateRow>[] = [
    { key: "variant", title: text("broadcasts.variant"), width: 90, render: ({ variant }) => variant.toUpperCase() },
    { key: "state", title: text("broadcasts.stateOf"), width: 140, render: ({ state }) => text(`broadcasts.message.${state}`) },
    {
      key: "reason",
      title: text("broadcasts.reason"),
      ellipsis: true,
      render: ({ reason }) => (reason === "" ? MISSING : reasonWords(reason)),
    },
    {
      key: "messages",
      title: text("broadcasts.messages"),
      width: 120,
      figure: true,
      render: (row) => <Link to={behind(row)}>{format.count(row.messages)}</Link>,
    },
  ];
  return (
    <Panel title={text("broadcasts.states")} flush>
      <DataTable<StateRow>
        label={text("broadcasts.states")}
        rows={states}
        rowKey={stateKey}
        columns={columns}
        onOpen={(row) => void navigate(behind(row))}
        empty={<EmptyState text={text("broadcasts.noMessages")} />}
        phoneRow={({ variant, state, reason, messages }) => ({
          title: text(`broadcasts.message.${state}`),
          detail: [variant.toUpperCase(), ...(reason === "" ? [] : [reasonWords(reason)])].join(" · "),
          figures: format.count(messages),
        })}
      />
    </Panel>
  );
}
