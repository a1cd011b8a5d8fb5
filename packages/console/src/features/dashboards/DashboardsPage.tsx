import { PlusOutlined } from "@ant-design/icons";
import { createDashboard, listDashboards } from "@terrace/contract/api/dashboards";
import { DASHBOARD_TEMPLATES, type DashboardTemplate } from "@terrace/domain/insight/boards/templates";
import { Button, Form, Input, Radio, Segmented } from "antd";
import { useMemo, useState } from "react";
import { Link, useNavigate } from "react-router";
import type { CallAnswer } from "../../app/api/client.ts";
import { useChange, usePages } from "../../app/api/use-call.ts";
import { useLanguage, useText } from "../../app/i18n.ts";
import { useSettled } from "../../app/shell/use-palette.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { useStartFacts, type StartFacts } from "../insight/frame/use-start-facts.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { SearchInput } from "../../ui/SearchInput.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import "./dashboards.css";

type Row = CallAnswer<typeof listDashboards>["items"][number];
const rowKey = ({ id }: Row) => id;
const SEARCH_WAIT_MS = 300;

/** All dashboards one may see. */
export function DashboardsPage() {
  const text = useText();
  const may = useMay();
  const [typed, setTyped] = useState("");
  const [mine, setMine] = useState<"true" | "false">("false");
  const [making, setMaking] = useState(false);
  const facts = useStartFacts();
  const search = useSettled(typed, SEARCH_WAIT_MS).trim();
  const query = { mine, ...(search === "" ? {} : { search }) };
  const pages = usePages(listDashboards, { params: useWorkspaceParams(), query }, { keepPrevious: true });
  const rows = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data]);
  const make = may("insight:write") ? (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
      {text("dashboards.new")}
    </Button>
  ) : null;
  const narrowed = search !== "" || mine === "true";
  return (
    <>
      <PageHeader title={text("nav.dashboards")} meta={<span>{text("dashboards.intro")}</span>} actions={make} />
      <Panel flush>
        <div className="filter-row">
          <Segmented
            value={mine}
            onChange={setMine}
            options={[
              { value: "false" as const, label: text("common.all") },
              { value: "true" as const, label: text("dashboards.mine") },
            ]}
          />
          <SearchInput label={text("dashboards.search")} value={typed} onChange={setTyped} />
        </div>
        <QueryView query={pages} skeleton={5}>
          {() => (
            <>
              <BoardTable
                rows={rows}
                empty={
                  narrowed ? <EmptyState text={text("dashboards.noMatch")} /> : <EmptyState text={text("dashboards.empty")} action={make} />
                }
              />
              <LoadMore pages={pages} loaded={rows.length} />
            </>
          )}
        </QueryView>
      </Panel>
      {making ? <NewDashboard facts={facts} onClose={() => setMaking(false)} /> : null}
    </>
  );
}

function BoardTable({ rows, empty }: { readonly rows: readonly Row[]; readonly empty: React.ReactNode }) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  const navigate = useNavigate();
  const shared = ({ sharing: { with: shown } }: Row) => text(`sharing.who.${typeof shown === "string" ? shown : "roles"}`);
  const columns: readonly DataColumn<Row>[] = [
    {
      key: "name",
      title: text("dashboards.name"),
      ellipsis: true,
      render: ({ id, name }) => <Link to={link(`insight/dashboards/${id}`)}>{name}</Link>,
    },
    { key: "description", title: text("dashboards.description"), ellipsis: true, render: ({ description }) => description },
    { key: "tiles", title: text("dashboards.tiles"), width: 90, figure: true, render: ({ tileCount }) => format.count(tileCount) },
    { key: "owner", title: text("dashboards.owner"), width: 200, ellipsis: true, render: ({ owner }) => owner },
    { key: "shared", title: text("dashboards.shared"), width: 120, render: shared },
    { key: "changed", title: text("dashboards.changed"), width: 160, render: ({ changedAt }) => <TimeText at={changedAt} /> },
  ];
  return (
    <DataTable<Row>
      label={text("nav.dashboards")}
      rows={rows}
      rowKey={rowKey}
      columns={columns}
      onOpen={({ id }) => void navigate(link(`insight/dashboards/${id}`))}
      minWidth={980}
      empty={empty}
      phoneRow={(row) => ({
        title: row.name,
        state: <span className="small muted">{shared(row)}</span>,
        detail: row.owner,
        figures: <TimeText at={row.changedAt} form="recent" />,
      })}
    />
  );
}

type Fields = { readonly name?: string; readonly template: DashboardTemplate | "" };

function NewDashboard({ facts, onClose }: { readonly facts: StartFacts | undefined; readonly onClose: () => void }) {
  const text = useText();
  const language = useLanguage();
  const link = useLink();
  const navigate = useNavigate();
  const params = useWorkspaceParams();
  const showFault = useFaultMessage();
  const [form] = Form.useForm<Fields>();
  const make = useChange(createDashboard, [listDashboards]);
  const template = Form.useWatch("template", form) ?? "growth";
  const suggested = template === "" ? "" : text(`dashboards.template.${template}`);
  const submit = ({ name = "" }: Fields) =>
    make.mutate(
      {
        params,
        body: {
          name: name.trim() === "" ? suggested : name,
          language,
          ...(template === "" ? {} : { template }),
          // Data of long ago are shown where they are; the tiles' own last month would be empty.
          ...(template === "" || facts === undefined || "last" in facts.period
            ? {}
            : { settings: { period: facts.period, filters: {}, refreshSeconds: 0 as const } }),
        },
      },
      { onSuccess: ({ id }) => void navigate(link(`insight/dashboards/${id}`)), onError: showFault },
    );
  return (
    <FormModal<Fields>
      title={text("dashboards.new")}
      okText={text("dashboards.create")}
      busy={make.isPending}
      form={form}
      initialValues={{ template: "growth" }}
      onSubmit={submit}
      onClose={onClose}
      width={520}
    >
      <Form.Item name="template" label={text("dashboards.startWith")}>
        <Radio.Group className="template-list">
          {DASHBOARD_TEMPLATES.map((one) => (
            <Radio key={one} value={one}>
              <b>{text(`dashboards.template.${one}`)}</b>
              <div className="small muted">{text(`dashboards.templateUse.${one}`)}</div>
            </Radio>
          ))}
          <Radio value="">
            <b>{text("dashboards.blank")}</b>
          </Radio>
        </Radio.Group>
      </Form.Item>
      <Form.Item
        name="name"
        label={text("dashboards.name")}
        {...(template === "" ? { rules: [{ required: true, whitespace: true, message: text("signIn.required") }] } : {})}
      >
        <Input maxLength={80} placeholder={suggested} />
      </Form.Item>
    </FormModal>
  );
}
