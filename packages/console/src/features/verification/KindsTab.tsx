import { listVerificationKinds } from "@terrace/contract/api/verifications";
import { Tag } from "antd";
import { Link, useNavigate } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { useText, useWords } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { ToneBadge } from "../../ui/ToneBadge.tsx";
import { ConditionInLine } from "../conditions/ConditionText.tsx";
import { peopleOfTagPath } from "../tag-rules/tag-rule-paths.ts";
import type { VerificationKindView } from "./answers.ts";
import { kindPath } from "./verification-paths.ts";

const rowKey = ({ key }: VerificationKindView) => key;

/** The kinds of verification that there are, with who has them. */
export function KindsTab() {
  const text = useText();
  const write = useMay()("people:verify");
  const kinds = useCall(listVerificationKinds, { params: useWorkspaceParams() });
  return (
    <Panel flush>
      <QueryView query={kinds} skeleton={5}>
        {({ items }) => (
          <KindTable rows={items} empty={text(write ? "verification.noKinds" : "verification.noKindsNoRight")} write={write} />
        )}
      </QueryView>
    </Panel>
  );
}

type KindTableProps = { readonly rows: readonly VerificationKindView[]; readonly empty: string; readonly write: boolean };

function KindTable({ rows, empty, write }: KindTableProps) {
  const text = useText();
  const words = useWords();
  const format = useFormat();
  const link = useLink();
  const navigate = useNavigate();
  const valid = ({ validDays }: VerificationKindView) =>
    validDays === null ? text("verification.forever") : text("verification.forDays", { count: validDays });
  const columns: readonly DataColumn<VerificationKindView>[] = [
    {
      key: "name",
      title: text("verification.kind"),
      width: 220,
      render: ({ key, name, badge }) => (
        <span className="row">
          {write ? <Link to={link(kindPath(key))}>{words(name)}</Link> : words(name)} <ToneBadge badge={badge} />
        </span>
      ),
    },
    { key: "tag", title: text("insight.tag"), width: 140, ellipsis: true, render: ({ tag }) => tag },
    {
      key: "who",
      title: text("verification.eligibility"),
      ellipsis: true,
      render: ({ eligibility }) => (eligibility === null ? text("verification.anyone") : <ConditionInLine condition={eligibility} />),
    },
    { key: "valid", title: text("verification.valid"), width: 110, render: valid },
    {
      key: "open",
      title: text("verification.taking"),
      width: 110,
      render: ({ open }) => <Tag variant="filled">{text(open ? "verification.isOpen" : "verification.isClosed")}</Tag>,
    },
    {
      key: "waiting",
      title: text("verification.waiting"),
      width: 90,
      figure: true,
      render: ({ key, waiting }) => <Link to={link(`verification?kind=${key}`)}>{format.count(waiting)}</Link>,
    },
    {
      key: "verified",
      title: text("verification.verified"),
      width: 100,
      figure: true,
      render: ({ tag, verified }) => <Link to={link(peopleOfTagPath(tag))}>{format.count(verified)}</Link>,
    },
  ];
  return (
    <DataTable<VerificationKindView>
      label={text("verification.tab.kinds")}
      rows={rows}
      rowKey={rowKey}
      columns={columns}
      minWidth={940}
      {...(write ? { onOpen: ({ key }: VerificationKindView) => void navigate(link(kindPath(key))) } : {})}
      empty={<EmptyState text={empty} />}
      phoneRow={(kind) => ({
        title: words(kind.name),
        state: <ToneBadge badge={kind.badge} />,
        detail: `${kind.tag} · ${valid(kind)}`,
        figures: format.count(kind.verified),
      })}
    />
  );
}
