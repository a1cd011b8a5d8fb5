import { endOwnSession, listOwnSessions } from "@terrace/contract/api/security";
import { Button, Tag } from "antd";
import type { CallAnswer } from "../../app/api/client.ts";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";

type Session = CallAnswer<typeof listOwnSessions>["items"][number];
const rowKey = ({ id }: Session) => id;

/** Where one is signed in. */
export function SessionsPanel() {
  const text = useText();
  const showFault = useFaultMessage();
  const sessions = useCall(listOwnSessions, {});
  const end = useChange(endOwnSession, [listOwnSessions]);
  const deviceOf = ({ device }: Session) => (device === "" ? text("sessions.unknown") : device);
  const button = (session: Session) =>
    session.current ? (
      <Tag variant="filled">{text("sessions.current")}</Tag>
    ) : (
      <Button size="small" danger onClick={() => end.mutate({ params: { session: session.id } }, { onError: showFault })}>
        {text("sessions.end")}
      </Button>
    );
  const columns: readonly DataColumn<Session>[] = [
    { key: "device", title: text("sessions.device"), ellipsis: true, render: deviceOf },
    { key: "place", title: text("sessions.place"), width: 130, render: ({ place }) => <span className="mono">{place}</span> },
    { key: "way", title: text("sessions.way"), width: 120, render: ({ way }) => text(`sessions.way.${way}`) },
    {
      key: "seen",
      title: text("members.lastSeen"),
      width: 120,
      figure: true,
      render: ({ lastSeenAt }) => <TimeText at={lastSeenAt} form="recent" />,
    },
    { key: "end", title: "", width: 96, figure: true, render: button },
  ];
  return (
    <Panel
      flush
      title={text("sessions.title")}
      extra={
        <Button size="small" onClick={() => end.mutate({ params: { session: "others" } }, { onError: showFault })}>
          {text("sessions.endOthers")}
        </Button>
      }
    >
      <QueryView query={sessions} skeleton={2}>
        {({ items }) => (
          <DataTable<Session>
            label={text("sessions.title")}
            rows={items}
            rowKey={rowKey}
            columns={columns}
            minWidth={600}
            empty={<EmptyState text={text("sessions.none")} />}
            phoneRow={(session) => ({ title: deviceOf(session), detail: session.place, actions: button(session) })}
          />
        )}
      </QueryView>
    </Panel>
  );
}
