import { getMessageFigures, type MessageFigures } from "@terrace/contract/api/message-figures";
import { MESSAGE_CHANNELS } from "@terrace/domain/messages/channel";
import { Segmented } from "antd";
import { useState } from "react";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { DataTable, type DataColumn } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";

const DAYS = 30;
const BY = ["channel", "template"] as const;
const OUTCOMES = ["delivered", "opened", "clicked", "bounced", "complained", "unsubscribed", "failed"] as const;
const rowKey = ({ key }: MessageFigures) => key;

/** What became of the messages of the last days, by channel or by template. */
export function FiguresPanel() {
  const text = useText();
  const format = useFormat();
  const [by, setBy] = useState<(typeof BY)[number]>("channel");
  const figures = useCall(getMessageFigures, { params: useWorkspaceParams(), query: { by, days: DAYS } });
  const nameOf = ({ key, name }: MessageFigures) => {
    const channel = MESSAGE_CHANNELS.find((one) => one === key);
    return by === "channel" && channel !== undefined ? text(`channels.channel.${channel}`) : name;
  };
  const columns: readonly DataColumn<MessageFigures>[] = [
    { key: "name", title: text(`channels.by.${by}`), ellipsis: true, render: nameOf },
    { key: "sent", title: text("channels.figure.sent"), width: 90, figure: true, render: ({ sent }) => format.count(sent) },
    ...OUTCOMES.map((what) => ({
      key: what,
      title: text(`channels.figure.${what}`),
      width: 90,
      figure: true,
      render: (row: MessageFigures) => format.count(row[what]),
    })),
  ];
  const choose = (
    <Segmented size="small" value={by} onChange={setBy} options={BY.map((value) => ({ value, label: text(`channels.by.${value}`) }))} />
  );
  return (
    <Panel flush title={text("channels.figures", { days: DAYS })} extra={choose}>
      <QueryView query={figures} skeleton={3}>
        {({ items }) => (
          <DataTable<MessageFigures>
            label={text("channels.figures", { days: DAYS })}
            rows={items}
            rowKey={rowKey}
            columns={columns}
            minWidth={900}
            empty={<EmptyState text={text("channels.noFigures")} />}
            phoneRow={(row) => ({
              title: nameOf(row),
              detail: OUTCOMES.flatMap((what) =>
                row[what] === 0 ? [] : [`${text(`channels.figure.${what}`)} ${format.count(row[what])}`],
              ).join(" · "),
              figures: format.count(row.sent),
            })}
          />
        )}
      </QueryView>
    </Panel>
  );
}
