import {
  listComputedTraits,
  listComputedTraitTemplates,
  putComputedTrait,
  type ComputedTraitView,
} from "@terrace/contract/api/computed-traits";
import { App, Button, Tag } from "antd";
import { Link, useNavigate } from "react-router";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText, useWords } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { DataTable, type DataColumn } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import type { TraitTemplate } from "./answers.ts";
import { computedPath, LIVE_MS, peopleHavingPath } from "./computed-paths.ts";
import { DefinitionText } from "./DefinitionText.tsx";
import { StatusTag } from "./StatusTag.tsx";
import "./computed.css";

const rowKey = ({ key }: ComputedTraitView) => key;

/** The traits that are reckoned from what people did, and usual ones to switch on. */
export function ComputedTraitsPage() {
  const text = useText();
  const link = useLink();
  const write = useMay()("segments:write");
  const traits = useCall(listComputedTraits, { params: useWorkspaceParams() }, { refetchMs: LIVE_MS });
  return (
    <>
      <PageHeader
        title={text("nav.computedTraits")}
        meta={<span>{text("computed.intro")}</span>}
        actions={
          write ? (
            <Link to={link(computedPath("new"))}>
              <Button type="primary">{text("computed.new")}</Button>
            </Link>
          ) : null
        }
      />
      <QueryView query={traits} skeleton={8}>
        {({ items }) => (
          <div className="stack">
            <Panel flush>
              <TraitTable rows={items} empty={text(write ? "computed.empty" : "computed.emptyNoRight")} />
            </Panel>
            {write ? <Templates taken={items.map(({ key }) => key)} /> : null}
          </div>
        )}
      </QueryView>
    </>
  );
}

function TraitTable({ rows, empty }: { readonly rows: readonly ComputedTraitView[]; readonly empty: string }) {
  const text = useText();
  const words = useWords();
  const format = useFormat();
  const link = useLink();
  const navigate = useNavigate();
  const columns: readonly DataColumn<ComputedTraitView>[] = [
    {
      key: "name",
      title: text("computed.name"),
      width: 180,
      ellipsis: true,
      render: ({ key, name }) => <Link to={link(computedPath(key))}>{words(name)}</Link>,
    },
    {
      key: "definition",
      title: text("computed.how"),
      ellipsis: true,
      render: ({ definition }) => <DefinitionText definition={definition} />,
    },
    { key: "type", title: text("computed.type"), width: 90, render: ({ type }) => text(`computed.type.${type}`) },
    {
      key: "people",
      title: text("computed.people"),
      width: 120,
      figure: true,
      render: ({ trait, people }) => <Link to={link(peopleHavingPath(trait))}>{format.count(people)}</Link>,
    },
    { key: "status", title: text("segments.upkeep"), width: 110, render: (row) => <StatusTag trait={row} /> },
  ];
  return (
    <DataTable<ComputedTraitView>
      label={text("nav.computedTraits")}
      rows={rows}
      rowKey={rowKey}
      columns={columns}
      onOpen={({ key }) => void navigate(link(computedPath(key)))}
      minWidth={900}
      empty={<EmptyState text={empty} />}
      phoneRow={(row) => ({
        title: words(row.name),
        state: <StatusTag trait={row} />,
        detail: <DefinitionText definition={row.definition} />,
        figures: format.count(row.people),
      })}
    />
  );
}

/** Usual traits that are not there yet. */
function Templates({ taken }: { readonly taken: readonly string[] }) {
  const text = useText();
  const templates = useCall(listComputedTraitTemplates, { params: useWorkspaceParams() });
  if (templates.data?.items.every(({ key }) => taken.includes(key)) === true) return null;
  return (
    <Panel title={text("computed.templates")}>
      <QueryView query={templates} skeleton={6}>
        {({ items }) => (
          <ul className="computed-templates">
            {items
              .filter(({ key }) => !taken.includes(key))
              .map((template) => (
                <TemplateRow key={template.key} template={template} />
              ))}
          </ul>
        )}
      </QueryView>
    </Panel>
  );
}

function TemplateRow({ template: { key, ...body } }: { readonly template: TraitTemplate }) {
  const text = useText();
  const words = useWords();
  const link = useLink();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const name = words(body.name);
  const params = { ...useWorkspaceParams(), trait: key };
  const put = useChange(putComputedTrait, [listComputedTraits]);
  const switchOn = () =>
    put.mutate({ params, body }, { onSuccess: () => void message.success(text("computed.switchedOn", { name })), onError: showFault });
  return (
    <li>
      <div className="grow">
        <b>{name}</b> <Tag>{text(`computed.kind.${body.definition.kind}`)}</Tag>
        <p className="small muted">
          <DefinitionText definition={body.definition} />
        </p>
      </div>
      <Link to={link(computedPath(`new?template=${key}`))}>
        <Button aria-label={`${text("classes.changeFirst")} ${name}`}>{text("classes.changeFirst")}</Button>
      </Link>
      <Button aria-label={`${text("classes.switchOn")} ${name}`} loading={put.isPending} onClick={switchOn}>
        {text("classes.switchOn")}
      </Button>
    </li>
  );
}
