import { listTemplates, type TemplateRow } from "@terrace/contract/api/templates";
import { MESSAGE_CHANNELS } from "@terrace/domain/messages/channel";
import { Select, Tag } from "antd";
import { useMemo } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { usePages } from "../../app/api/use-call.ts";
import { useLanguage, useText } from "../../app/i18n.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { DataTable, type DataColumn } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { SearchInput } from "../../ui/SearchInput.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { languageName, templatePath } from "./template-words.ts";

const STATES = ["draft", "published", "archived"] as const;

/** Templates by search, channel and state; the filters stand in the address. */
export function TemplateTable() {
  const text = useText();
  const [place, setPlace] = useSearchParams();
  const search = place.get("search") ?? "";
  const channel = MESSAGE_CHANNELS.find((one) => one === place.get("channel"));
  const state = STATES.find((one) => one === place.get("state"));
  const query = {
    limit: 50,
    ...(search === "" ? {} : { search }),
    ...(channel === undefined ? {} : { channel }),
    ...(state === undefined ? {} : { state }),
  };
  const pages = usePages(listTemplates, { params: useWorkspaceParams(), query }, { keepPrevious: true });
  const rows = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data]);
  const set = (key: string, value: string | undefined) => {
    const next = new URLSearchParams(place);
    if (value === undefined || value === "") next.delete(key);
    else next.set(key, value);
    setPlace(next, { replace: true });
  };
  const isNarrowed = search !== "" || channel !== undefined || state !== undefined;
  return (
    <Panel flush>
      <div className="filter-row">
        <SearchInput label={text("templates.search")} value={search} onChange={(next) => set("search", next)} />
        <Select
          className="template-filter"
          aria-label={text("templates.channel")}
          placeholder={text("templates.channel")}
          allowClear
          {...(channel === undefined ? {} : { value: channel })}
          onChange={(next?: string) => set("channel", next)}
          options={MESSAGE_CHANNELS.map((value) => ({ value, label: text(`templates.channelOf.${value}`) }))}
        />
        <Select
          className="template-filter"
          aria-label={text("templates.state")}
          placeholder={text("templates.state")}
          allowClear
          {...(state === undefined ? {} : { value: state })}
          onChange={(next?: string) => set("state", next)}
          options={STATES.map((value) => ({ value, label: text(`templates.stateOf.${value}`) }))}
        />
      </div>
      <QueryView query={pages} skeleton={5}>
        {() => (
          <>
            <Rows rows={rows} empty={text(isNarrowed ? "templates.none" : "templates.empty")} />
            <LoadMore pages={pages} loaded={rows.length} />
          </>
        )}
      </QueryView>
    </Panel>
  );
}

/** Whether a template is sent, and whether its draft is another one. */
export function TemplateState({ template }: { readonly template: TemplateRow }) {
  const text = useText();
  if (template.archivedAt !== null) return <Tag>{text("templates.stateOf.archived")}</Tag>;
  if (template.publishedVersion === null) return <Tag>{text("templates.stateOf.draft")}</Tag>;
  return (
    <>
      <Tag className="badge-on">{text("templates.versionOf", { version: template.publishedVersion })}</Tag>
      {template.changedSince ? <Tag>{text("templates.changedSince")}</Tag> : null}
    </>
  );
}

function Rows({ rows, empty }: { readonly rows: readonly TemplateRow[]; readonly empty: string }) {
  const text = useText();
  const reader = useLanguage();
  const link = useLink();
  const navigate = useNavigate();
  const columns: readonly DataColumn<TemplateRow>[] = [
    {
      key: "name",
      title: text("templates.name"),
      ellipsis: true,
      render: ({ id, name }) => <Link to={link(templatePath(id))}>{name}</Link>,
    },
    { key: "channel", title: text("templates.channel"), width: 110, render: ({ channel }) => text(`templates.channelOf.${channel}`) },
    { key: "state", title: text("templates.state"), width: 190, render: (template) => <TemplateState template={template} /> },
    { key: "purpose", title: text("templates.purpose"), width: 120, ellipsis: true, render: ({ purpose }) => purpose },
    {
      key: "languages",
      title: text("templates.languages"),
      width: 130,
      ellipsis: true,
      render: ({ languages }) => languages.map((one) => languageName(one, reader)).join(", "),
    },
    { key: "changed", title: text("templates.changed"), width: 150, render: ({ changedAt }) => <TimeText at={changedAt} /> },
  ];
  return (
    <DataTable<TemplateRow>
      label={text("nav.templates")}
      rows={rows}
      rowKey={({ id }) => id}
      columns={columns}
      onOpen={({ id }) => void navigate(link(templatePath(id)))}
      minWidth={820}
      empty={<EmptyState text={empty} />}
      phoneRow={(template) => ({
        title: template.name,
        state: <TemplateState template={template} />,
        detail: text(`templates.channelOf.${template.channel}`),
        figures: template.languages.map((one) => languageName(one, reader)).join(", "),
      })}
    />
  );
}
