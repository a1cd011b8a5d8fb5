import { getFeedStatus } from "@terrace/contract/api/feed";
import { Tag } from "antd";
import { useCall } from "../../app/api/use-call.ts";
import type { CallAnswer } from "../../app/api/client.ts";
import { textOr, useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";

type Consumer = CallAnswer<typeof getFeedStatus>["consumers"][number];
const rowKey = ({ name }: Consumer) => name;
/** Under this lag pages are as good as current. */
const CURRENT_SECONDS = 5;
const LATE_SECONDS = 30;

/** How far each consumer of the event stream is behind. */
export function FeedPage() {
  const text = useText();
  const format = useFormat();
  const feed = useCall(getFeedStatus, { params: useWorkspaceParams() }, { refetchMs: 5000 });
  const lag = ({ lagSeconds }: Consumer) => format.duration(lagSeconds * 1000);
  const state = ({ lagSeconds }: Consumer) =>
    lagSeconds <= CURRENT_SECONDS ? (
      <Tag className="badge-on" variant="filled">
        {text("feed.current")}
      </Tag>
    ) : (
      <Tag variant="filled" color={lagSeconds > LATE_SECONDS ? "error" : "warning"}>
        {text(lagSeconds > LATE_SECONDS ? "feed.late" : "feed.catchingUp")}
      </Tag>
    );
  const columns: readonly DataColumn<Consumer>[] = [
    {
      key: "name",
      title: text("feed.consumer"),
      render: ({ name }) => (
        <span>
          {textOr(`feed.consumer.${name}`, name)} <code className="mono muted">{name}</code>
        </span>
      ),
    },
    { key: "state", title: text("people.state"), width: 120, render: state },
    { key: "events", title: text("feed.lagEvents"), width: 160, figure: true, render: ({ lagEvents }) => format.count(lagEvents) },
    { key: "seconds", title: text("feed.lagTime"), width: 160, figure: true, render: lag },
  ];
  return (
    <>
      <PageHeader
        title={text("nav.feed")}
        meta={<span>{text("feed.intro")}</span>}
        actions={
          feed.dataUpdatedAt === 0 ? null : (
            <span className="muted small">{text("common.updatedAt", { time: format.clock(feed.dataUpdatedAt, true) })}</span>
          )
        }
      />
      <Panel flush>
        <QueryView query={feed} skeleton={3}>
          {({ consumers }) => (
            <DataTable<Consumer>
              label={text("nav.feed")}
              rows={consumers}
              rowKey={rowKey}
              columns={columns}
              empty={<EmptyState text={text("feed.empty")} />}
              phoneRow={(one) => ({
                title: textOr(`feed.consumer.${one.name}`, one.name),
                state: state(one),
                figures: (
                  <>
                    {format.count(one.lagEvents)}
                    <br />
                    {lag(one)}
                  </>
                ),
              })}
            />
          )}
        </QueryView>
      </Panel>
    </>
  );
}
