import { MESSAGE_CHANNELS, PROVIDER_KINDS, type MessageChannel, type ProviderKind } from "@terrace/domain/messages/channel";
import { REPEATS } from "@terrace/domain/messages/repeating";
import { useText } from "../../app/i18n.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Panel } from "../../ui/Panel.tsx";

type Allowed = { readonly channel: MessageChannel; readonly kind: ProviderKind };
const ROWS: readonly Allowed[] = MESSAGE_CHANNELS.flatMap((channel) =>
  PROVIDER_KINDS[channel].filter((kind) => kind !== "sandbox").map((kind) => ({ channel, kind })),
);
const rowKey = ({ channel, kind }: Allowed) => `${channel}.${kind}`;

/** What each kind of provider allows after an attempt of unknown end. */
export function AllowedTable() {
  const text = useText();
  const columns: readonly DataColumn<Allowed>[] = [
    { key: "channel", title: text("channels.channel"), width: 120, render: ({ channel }) => text(`channels.channel.${channel}`) },
    { key: "kind", title: text("channels.kind"), width: 200, render: ({ kind }) => text(`channels.kind.${kind}`) },
    {
      key: "repeating",
      title: text("channels.afterUnknown"),
      width: 200,
      render: ({ kind }) => text(`channels.repeating.${REPEATS[kind].repeating}`),
    },
    { key: "why", title: text("channels.why"), render: ({ kind }) => text(`channels.why.${kind}`) },
  ];
  return (
    <Panel flush title={text("channels.allowed")}>
      <DataTable<Allowed>
        label={text("channels.allowed")}
        rows={ROWS}
        rowKey={rowKey}
        columns={columns}
        minWidth={860}
        empty={<EmptyState text={text("channels.empty")} />}
        phoneRow={({ channel, kind }) => ({
          title: `${text(`channels.channel.${channel}`)} · ${text(`channels.kind.${kind}`)}`,
          state: null,
          detail: `${text(`channels.repeating.${REPEATS[kind].repeating}`)}: ${text(`channels.why.${kind}`)}`,
          figures: null,
        })}
      />
    </Panel>
  );
}
