import { listInviters, type InviterView } from "@terrace/contract/api/referral-tree";
import { Link } from "react-router";
import { usePages } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { DataTable, type DataColumn } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { formatShare } from "../../ui/format/numbers.ts";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { ReferredPerson } from "./ReferredPerson.tsx";
import "./referrals.css";

const rowKey = ({ person }: InviterView) => person.personId;
const PAGE = 20;

/** Who brought most people, with what may be worth a look. */
export function InvitersPanel({ programId, from }: { readonly programId: string; readonly from: string }) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  const params = { ...useWorkspaceParams(), program: programId };
  const pages = usePages(listInviters, { params, query: { from, limit: PAGE } }, { keepPrevious: true });
  const rows = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  const columns: readonly DataColumn<InviterView>[] = [
    { key: "person", title: text("referrals.inviter"), ellipsis: true, render: ({ person }) => <ReferredPerson person={person} /> },
    {
      key: "bound",
      title: text("referrals.bound"),
      width: 100,
      figure: true,
      render: ({ person, bound }) => (
        <Link to={link(`referrals/${programId}?tab=tree&person=${person.personId}`)}>{format.count(bound)}</Link>
      ),
    },
    { key: "converted", title: text("referrals.converted"), width: 100, figure: true, render: ({ converted }) => format.count(converted) },
    {
      key: "rate",
      title: text("referrals.rate"),
      width: 110,
      figure: true,
      render: ({ bound, converted }) => formatShare(bound === 0 ? undefined : converted / bound),
    },
    {
      key: "revenue",
      title: text("referrals.revenue"),
      width: 130,
      figure: true,
      render: ({ revenueMinor }) => format.money(revenueMinor),
    },
    {
      key: "network",
      title: text("referrals.sameNetwork"),
      width: 110,
      figure: true,
      render: ({ sameNetwork }) => format.count(sameNetwork),
    },
    { key: "device", title: text("referrals.sameDevice"), width: 110, figure: true, render: ({ sameDevice }) => format.count(sameDevice) },
  ];
  return (
    <Panel flush title={text("referrals.topInviters")}>
      <QueryView query={pages} skeleton={5}>
        {() => (
          <>
            <DataTable<InviterView>
              label={text("referrals.topInviters")}
              rows={rows}
              rowKey={rowKey}
              columns={columns}
              minWidth={820}
              empty={<EmptyState text={text("referrals.nobodyBrought")} />}
              phoneRow={({ person, bound, converted, sameNetwork, sameDevice }) => ({
                title: <ReferredPerson person={person} />,
                detail: `${text("referrals.convertedOf", { converted: format.count(converted) })} · ${text("referrals.sameNetwork")} ${format.count(sameNetwork)} · ${text("referrals.sameDevice")} ${format.count(sameDevice)}`,
                figures: text("referrals.boundOf", { bound: format.count(bound) }),
              })}
            />
            <p className="referral-note small muted">{text("referrals.sameNote")}</p>
            <LoadMore pages={pages} loaded={rows.length} />
          </>
        )}
      </QueryView>
    </Panel>
  );
}
