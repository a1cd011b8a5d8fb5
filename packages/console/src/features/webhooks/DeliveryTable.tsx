import type { listWebhookDeliveries } from "@terrace/contract/api/webhooks";
import { Tag } from "antd";
import type { ReactNode } from "react";
import type { CallAnswer } from "../../app/api/client.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { MISSING } from "../../ui/format/numbers.ts";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { useEventNames } from "../events/use-event-names.ts";

export type Delivery = CallAnswer<typeof listWebhookDeliveries>["items"][number];
const rowKey = ({ id }: Delivery) => id;
const COLOURS = { waiting: "processing", delivered: "default", failed: "error" } as const;

type DeliveryTableProps = {
  readonly rows: readonly Delivery[];
  readonly pages: Parameters<typeof LoadMore>[0]["pages"];
  readonly onOpen: (id: string) => void;
  readonly empty: ReactNode;
};

/** The log of a webhook. */
export function DeliveryTable({ rows, pages, onOpen, empty }: DeliveryTableProps) {
  const text = useText();
  const format = useFormat();
  const { nameOf } = useEventNames();
  const state = (row: Delivery) => (
    <Tag variant="filled" color={COLOURS[row.state]}>
      {text(`webhooks.state.${row.state}`)}
    </Tag>
  );
  const columns: readonly DataColumn<Delivery>[] = [
    {
      key: "event",
      title: text("home.event"),
      ellipsis: true,
      render: (row) => (
        <button type="button" className="plain-button link-like strong" onClick={() => onOpen(row.id)}>
          {nameOf(row.eventName)}
        </button>
      ),
    },
    { key: "state", title: text("people.state"), width: 100, render: state },
    { key: "answer", title: text("webhooks.answer"), width: 180, ellipsis: true, render: (row) => <LastAnswer row={row} /> },
    { key: "attempts", title: text("webhooks.attempts"), width: 100, figure: true, render: ({ attempts }) => format.count(attempts) },
    {
      key: "took",
      title: text("webhooks.took"),
      width: 100,
      figure: true,
      render: ({ log }) => {
        const last = log.at(-1);
        return last === undefined ? MISSING : text("webhooks.ms", { count: format.count(Math.round(last.tookMs)) });
      },
    },
    {
      key: "created",
      title: text("webhooks.queued"),
      width: 150,
      figure: true,
      render: (row) => <TimeText at={row.createdAt} form="recent" />,
    },
    {
      key: "due",
      title: text("webhooks.due"),
      width: 150,
      figure: true,
      render: (row) => (row.dueAt === null ? MISSING : <TimeText at={row.dueAt} />),
    },
  ];
  return (
    <>
      <DataTable<Delivery>
        label={text("webhooks.log")}
        rows={rows}
        rowKey={rowKey}
        columns={columns}
        onOpen={({ id }) => onOpen(id)}
        minWidth={900}
        empty={empty}
        phoneRow={(row) => ({
          title: nameOf(row.eventName),
          state: state(row),
          detail: <LastAnswer row={row} />,
          figures: <TimeText at={row.createdAt} form="recent" />,
        })}
      />
      <LoadMore pages={pages} loaded={rows.length} />
    </>
  );
}

/** What came of the last attempt. */
function LastAnswer({ row }: { readonly row: Delivery }) {
  const last = row.log.at(-1);
  if (last === undefined) return <span className="muted">{MISSING}</span>;
  return <code className="mono">{last.status ?? last.error}</code>;
}
