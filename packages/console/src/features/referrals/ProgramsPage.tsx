import { listPrograms, type ProgramView } from "@terrace/contract/api/referrals";
import { Button, Tag } from "antd";
import { Link, useNavigate } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { DataTable, type DataColumn } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { formatShare } from "../../ui/format/numbers.ts";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { LIVE_MS, programPath } from "./referral-paths.ts";

const rowKey = ({ id }: ProgramView) => id;

/** The referral programs of the workspace. */
export function ProgramsPage() {
  const text = useText();
  const link = useLink();
  const write = useMay()("segments:write");
  const programs = useCall(listPrograms, { params: useWorkspaceParams() }, { refetchMs: LIVE_MS });
  return (
    <>
      <PageHeader
        title={text("nav.referrals")}
        meta={<span>{text("referrals.intro")}</span>}
        actions={
          write ? (
            <Link to={link(programPath("new"))}>
              <Button type="primary">{text("referrals.new")}</Button>
            </Link>
          ) : null
        }
      />
      <Panel flush>
        <QueryView query={programs} skeleton={4}>
          {({ items }) => <ProgramTable rows={items} empty={text(write ? "referrals.empty" : "referrals.emptyNoRight")} />}
        </QueryView>
      </Panel>
    </>
  );
}

/** Whether a program goes on. */
export function ProgramState({ archived }: { readonly archived: boolean }) {
  const text = useText();
  return <Tag className={archived ? "" : "badge-on"}>{text(archived ? "referrals.archived" : "referrals.active")}</Tag>;
}

function ProgramTable({ rows, empty }: { readonly rows: readonly ProgramView[]; readonly empty: string }) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  const navigate = useNavigate();
  const columns: readonly DataColumn<ProgramView>[] = [
    {
      key: "name",
      title: text("referrals.name"),
      ellipsis: true,
      render: ({ id, name }) => <Link to={link(programPath(id))}>{name}</Link>,
    },
    {
      key: "state",
      title: text("referrals.state"),
      width: 110,
      render: ({ archivedAt }) => <ProgramState archived={archivedAt !== null} />,
    },
    { key: "codes", title: text("referrals.codes"), width: 110, figure: true, render: ({ codes }) => format.count(codes) },
    { key: "bound", title: text("referrals.bound"), width: 110, figure: true, render: ({ bound }) => format.count(bound) },
    { key: "converted", title: text("referrals.converted"), width: 110, figure: true, render: ({ converted }) => format.count(converted) },
    {
      key: "rate",
      title: text("referrals.rate"),
      width: 130,
      figure: true,
      render: ({ bound, converted }) => formatShare(bound === 0 ? undefined : converted / bound),
    },
  ];
  return (
    <DataTable<ProgramView>
      label={text("nav.referrals")}
      rows={rows}
      rowKey={rowKey}
      columns={columns}
      onOpen={({ id }) => void navigate(link(programPath(id)))}
      minWidth={760}
      empty={<EmptyState text={empty} />}
      phoneRow={({ name, archivedAt, bound, converted }) => ({
        title: name,
        state: <ProgramState archived={archivedAt !== null} />,
        detail: text("referrals.convertedOf", { converted: format.count(converted) }),
        figures: text("referrals.boundOf", { bound: format.count(bound) }),
      })}
    />
  );
}
