import { listTagRules, type TagRuleView } from "@terrace/contract/api/tag-rules";
import { Button, Tag } from "antd";
import { Link, useNavigate } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { ConditionInLine } from "../conditions/ConditionText.tsx";
import { KeepText } from "./KeepText.tsx";
import { LIVE_MS, peopleOfTagPath, tagRulePath } from "./tag-rule-paths.ts";

const rowKey = ({ id }: TagRuleView) => id;

/** The rules that put tags on people, and take them off. */
export function TagRulesPage() {
  const text = useText();
  const link = useLink();
  const write = useMay()("segments:write");
  const rules = useCall(listTagRules, { params: useWorkspaceParams() }, { refetchMs: LIVE_MS });
  return (
    <>
      <PageHeader
        title={text("nav.tagRules")}
        meta={<span>{text("tagRules.intro")}</span>}
        actions={
          write ? (
            <Link to={link(tagRulePath("new"))}>
              <Button type="primary">{text("tagRules.new")}</Button>
            </Link>
          ) : null
        }
      />
      <Panel flush>
        <QueryView query={rules} skeleton={6}>
          {({ items }) => <RuleTable rows={items} empty={text(write ? "tagRules.empty" : "tagRules.emptyNoRight")} />}
        </QueryView>
      </Panel>
    </>
  );
}

function RuleTable({ rows, empty }: { readonly rows: readonly TagRuleView[]; readonly empty: string }) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  const navigate = useNavigate();
  const columns: readonly DataColumn<TagRuleView>[] = [
    {
      key: "name",
      title: text("tagRules.name"),
      width: 200,
      ellipsis: true,
      render: ({ id, name }) => <Link to={link(tagRulePath(id))}>{name}</Link>,
    },
    { key: "tag", title: text("insight.tag"), width: 150, ellipsis: true, render: ({ tag }) => tag },
    { key: "rule", title: text("segments.rule"), ellipsis: true, render: ({ rule }) => <ConditionInLine condition={rule} /> },
    { key: "keep", title: text("tagRules.keep"), width: 170, render: ({ keep }) => <KeepText keep={keep} /> },
    { key: "people", title: text("tagRules.people"), width: 100, figure: true, render: ({ people }) => format.count(people) },
    {
      key: "tagged",
      title: text("tagRules.tagged"),
      width: 110,
      figure: true,
      render: ({ tag, tagged }) => <Link to={link(peopleOfTagPath(tag))}>{format.count(tagged)}</Link>,
    },
    { key: "stage", title: text("segments.upkeep"), width: 100, render: ({ live }) => text(`segments.stageName.${live.stage}`) },
  ];
  return (
    <DataTable<TagRuleView>
      label={text("nav.tagRules")}
      rows={rows}
      rowKey={rowKey}
      columns={columns}
      onOpen={({ id }) => void navigate(link(tagRulePath(id)))}
      minWidth={1000}
      empty={<EmptyState text={empty} />}
      phoneRow={(row) => ({
        title: row.name,
        state: <Tag>{row.tag}</Tag>,
        detail: (
          <>
            <KeepText keep={row.keep} /> · <ConditionInLine condition={row.rule} />
          </>
        ),
        figures: format.count(row.tagged),
      })}
    />
  );
}
