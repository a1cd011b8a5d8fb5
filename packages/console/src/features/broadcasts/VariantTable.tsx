import {
  chooseBroadcastVariant,
  getBroadcast,
  listBroadcasts,
  type BroadcastDetail,
  type BroadcastFigures,
} from "@terrace/contract/api/broadcasts";
import { App, Button, Tag } from "antd";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { DataTable, type DataColumn } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { MISSING } from "../../ui/format/numbers.ts";
import { Panel } from "../../ui/Panel.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";

type Done = BroadcastFigures["done"][number];
const rowKey = ({ variant }: Done) => variant;
const NOTHING = { sent: 0, delivered: 0, opened: 0, clicked: 0, bounced: 0, complained: 0, unsubscribed: 0 };

/** What people did with the messages of each variant; of a test that runs, the way to choose by hand. */
export function VariantTable({ broadcast, figures }: { readonly broadcast: BroadcastDetail; readonly figures: BroadcastFigures }) {
  const text = useText();
  const format = useFormat();
  const choose = useChoose(broadcast);
  const { definition, winner } = broadcast;
  const mayChoose = useMay()("touch:approve") && definition.test !== null && winner === null && broadcast.state === "running";
  const share = format.measure("share");
  const told = new Map(figures.done.map((done) => [done.variant, done]));
  const rows = definition.variants.map(({ key }) => told.get(key) ?? { variant: key, ...NOTHING });
  const part = (count: number, of: number) => (of === 0 ? format.count(count) : `${format.count(count)} · ${share.short(count / of)}`);
  const best = new Map((winner?.counts ?? []).map((count) => [count.key, count.best]));
  const name = ({ variant }: Done) => (
    <>
      {variant.toUpperCase()}
      {winner?.key === variant ? <Tag className="badge-on broadcast-winner">{text("broadcasts.winner")}</Tag> : null}
    </>
  );
  const columns: readonly DataColumn<Done>[] = [
    { key: "variant", title: text("broadcasts.variant"), width: 130, render: name },
    { key: "sent", title: text("broadcasts.sent"), width: 90, figure: true, render: ({ sent }) => format.count(sent) },
    { key: "opened", title: text("broadcasts.by.opened"), width: 140, figure: true, render: ({ opened, sent }) => part(opened, sent) },
    { key: "clicked", title: text("broadcasts.by.clicked"), width: 140, figure: true, render: ({ clicked, sent }) => part(clicked, sent) },
    { key: "bounced", title: text("broadcasts.bounced"), width: 90, figure: true, render: ({ bounced }) => format.count(bounced) },
    {
      key: "unsubscribed",
      title: text("broadcasts.unsubscribed"),
      width: 90,
      figure: true,
      render: ({ unsubscribed }) => format.count(unsubscribed),
    },
    ...(best.size === 0
      ? []
      : [
          {
            key: "best",
            title: text("broadcasts.best"),
            width: 130,
            figure: true,
            render: ({ variant }: Done) => share.short(best.get(variant) ?? null) || MISSING,
          },
        ]),
    ...(mayChoose
      ? [
          {
            key: "choose",
            title: "",
            width: 110,
            render: ({ variant }: Done) => (
              <Button size="small" onClick={() => choose(variant)}>
                {text("broadcasts.choose", { variant: variant.toUpperCase() })}
              </Button>
            ),
          },
        ]
      : []),
  ];
  return (
    <Panel title={text("broadcasts.did")} flush>
      <DataTable<Done>
        label={text("broadcasts.did")}
        rows={rows}
        rowKey={rowKey}
        columns={columns}
        minWidth={760}
        empty={<EmptyState text={text("broadcasts.noMessages")} />}
        phoneRow={(row) => ({
          title: name(row),
          detail: `${text("broadcasts.by.opened")} ${part(row.opened, row.sent)}`,
          figures: `${text("broadcasts.sent")} ${format.count(row.sent)}`,
        })}
      />
    </Panel>
  );
}

/** Chooses a variant by hand, once that was confirmed. */
function useChoose({ id }: BroadcastDetail): (variant: string) => void {
  const text = useText();
  const { modal } = App.useApp();
  const faultMessage = useFaultMessage();
  const params = { ...useWorkspaceParams(), broadcast: id };
  const choose = useChange(chooseBroadcastVariant, [listBroadcasts, getBroadcast]);
  return (variant) =>
    void modal.confirm({
      title: text("broadcasts.chooseTitle", { variant: variant.toUpperCase() }),
      content: text("broadcasts.chooseBody"),
      okText: text("broadcasts.choose", { variant: variant.toUpperCase() }),
      cancelText: text("common.cancel"),
      onOk: () => choose.mutateAsync({ params, body: { variant } }).then(() => undefined, faultMessage),
    });
}
