import { listPersonSegmentHistory } from "@terrace/contract/api/segment-history";
import { listPersonSegments } from "@terrace/contract/api/segments";
import { Button, Tag } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { useCall, usePages } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { StayText } from "../segments/StayText.tsx";
import "../segments/segments.css";
import type { Person } from "./answers.ts";

/** How often it is looked whether the person came into a segment or left one. */
const REFETCH_MS = 5_000;

/** The segments a person is in, and when and why they came into which and left it. */
export function SegmentsCard({ person }: { readonly person: Person }) {
  const text = useText();
  const link = useLink();
  const [past, setPast] = useState(false);
  const params = { ...useWorkspaceParams(), person: person.id };
  const segments = useCall(listPersonSegments, { params }, { refetchMs: REFETCH_MS });
  return (
    <Panel
      title={text("nav.segments")}
      extra={
        <Button type="link" size="small" aria-expanded={past} onClick={() => setPast(!past)}>
          {text("segments.tab.history")}
        </Button>
      }
    >
      <QueryView query={segments} skeleton={2}>
        {({ items }) =>
          items.length === 0 ? (
            <span className="muted">{text("segments.inNone")}</span>
          ) : (
            <div className="tags">
              {items.map(({ id, name }) => (
                <Link key={id} to={link(`segments/${id}`)}>
                  <Tag variant="filled">{name}</Tag>
                </Link>
              ))}
            </div>
          )
        }
      </QueryView>
      {past ? <Past person={person} /> : null}
    </Panel>
  );
}

function Past({ person }: { readonly person: Person }) {
  const text = useText();
  const link = useLink();
  const params = { ...useWorkspaceParams(), person: person.id };
  const pages = usePages(listPersonSegmentHistory, { params }, { refetchMs: () => REFETCH_MS });
  const rows = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <QueryView query={pages} skeleton={3}>
      {() => (
        <>
          {rows.length === 0 ? <EmptyState text={text("segments.neverIn")} /> : null}
          <ul className="stays stays-narrow">
            {rows.map((stay) => (
              <li key={`${stay.segment.id} ${stay.enteredAt}`}>
                <Link to={link(`segments/${stay.segment.id}`)} className="ellipsis">
                  {stay.segment.name}
                </Link>
                <StayText stay={stay} />
              </li>
            ))}
          </ul>
          <LoadMore pages={pages} loaded={rows.length} />
        </>
      )}
    </QueryView>
  );
}
