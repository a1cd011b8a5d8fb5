import { DownOutlined, RightOutlined } from "@ant-design/icons";
import { listAncestors, listTree, type NodeView } from "@terrace/contract/api/referral-tree";
import type { ProgramView } from "@terrace/contract/api/referrals";
import { Button, Tag } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { useCall, usePages } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { BindModal } from "./BindModal.tsx";
import { ReferredPerson } from "./ReferredPerson.tsx";
import "./referrals.css";

const PAGE = 20;

/** Who brought whom: branches are opened one by one. The address may name a person to begin with. */
export function TreeTab({ program }: { readonly program: ProgramView }) {
  const text = useText();
  const [search, setSearch] = useSearchParams();
  const [binding, setBinding] = useState(false);
  const canBind = useMay()("people:write") && program.archivedAt === null;
  const person = search.get("person") ?? undefined;
  return (
    <Panel
      title={text("referrals.tab.tree")}
      extra={
        <span className="row">
          {person === undefined ? null : (
            <Button size="small" onClick={() => setSearch({ tab: "tree" })}>
              {text("referrals.wholeTree")}
            </Button>
          )}
          {canBind ? (
            <Button size="small" onClick={() => setBinding(true)}>
              {text("referrals.bind")}
            </Button>
          ) : null}
        </span>
      }
    >
      {person === undefined ? null : <Above programId={program.id} person={person} />}
      <Branches programId={program.id} person={person} />
      {binding ? <BindModal programId={program.id} onClose={() => setBinding(false)} /> : null}
    </Panel>
  );
}

/** By whom a person was brought, furthest first. */
function Above({ programId, person }: { readonly programId: string; readonly person: string }) {
  const text = useText();
  const params = { ...useWorkspaceParams(), program: programId, person };
  const line = useCall(listAncestors, { params });
  return (
    <QueryView query={line} skeleton={1}>
      {({ items, more }) => (
        <p className="referral-line">
          {items.length === 0 ? <span className="muted">{text("referrals.top")}</span> : null}
          {more ? <span className="muted">… › </span> : null}
          {items.toReversed().map((node) => (
            <span key={node.person.personId}>
              <ReferredPerson person={node.person} /> ›{" "}
            </span>
          ))}
        </p>
      )}
    </QueryView>
  );
}

function Branches({ programId, person }: { readonly programId: string; readonly person?: string | undefined }) {
  const text = useText();
  const params = { ...useWorkspaceParams(), program: programId };
  const pages = usePages(listTree, { params, query: { limit: PAGE, ...(person === undefined ? {} : { person }) } });
  const nodes = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  const isCapped = pages.data?.pages.some(({ descendantsCapped }) => descendantsCapped) === true;
  return (
    <QueryView query={pages} skeleton={4}>
      {() =>
        nodes.length === 0 ? (
          <EmptyState text={text("referrals.nobodyBrought")} />
        ) : (
          <>
            <ul className="referral-tree">
              {nodes.map((node) => (
                <Branch key={node.person.personId} programId={programId} node={node} isCapped={isCapped} />
              ))}
            </ul>
            {pages.hasNextPage ? <LoadMore pages={pages} loaded={nodes.length} /> : null}
          </>
        )
      }
    </QueryView>
  );
}

type BranchProps = { readonly programId: string; readonly node: NodeView; readonly isCapped: boolean };

function Branch({ programId, node, isCapped }: BranchProps) {
  const text = useText();
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const { person, direct, descendants, boundAt, convertedAt, code, generation } = node;
  const name = person.displayName === "" ? text("referrals.nobody") : person.displayName;
  return (
    <li>
      <div className="referral-node">
        {direct === 0 ? (
          <span className="referral-twig" />
        ) : (
          <Button
            type="text"
            size="small"
            aria-expanded={open}
            aria-label={text("referrals.openBranch", { name })}
            icon={open ? <DownOutlined /> : <RightOutlined />}
            onClick={() => setOpen(!open)}
          />
        )}
        <ReferredPerson person={person} />
        {generation === 0 ? null : <Tag>{text("referrals.generationN", { generation })}</Tag>}
        {convertedAt === null ? null : <Tag className="badge-on">{text("referrals.converted")}</Tag>}
        <span className="small muted">
          {boundAt === null ? "" : `${format.tableTime(boundAt)} `}
          {code === null ? "" : `${code} `}
          {direct === 0
            ? ""
            : text(isCapped ? "referrals.broughtAtLeast" : "referrals.brought", {
                direct: format.count(direct),
                all: format.count(descendants),
              })}
        </span>
      </div>
      {open ? <Branches programId={programId} person={person.personId} /> : null}
    </li>
  );
}
