import { CloseOutlined, TeamOutlined } from "@ant-design/icons";
import type { RouteContract } from "@terrace/contract/route";
import { Button } from "antd";
import { Link } from "react-router";
import { usePages } from "../../../app/api/use-call.ts";
import { looseInput } from "../../../app/api/client.ts";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { useLink, useMay, useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { QueryView } from "../../../ui/QueryView.tsx";
import { peopleQuestion, type Cell, type PeopleContract, type QueryOf } from "./use-analysis.ts";
import { ExportPeople } from "./ExportPeople.tsx";
import { SaveSegment } from "./SaveSegment.tsx";
import type { PeopleWords } from "./people-words.ts";
import { portraitPath } from "./portrait-link.ts";
import "./people-pane.css";

type Props = {
  readonly kind: string;
  readonly people: PeopleContract;
  readonly query: QueryOf<RouteContract>;
  readonly cell: Cell;
  readonly words: PeopleWords;
  readonly onClose: () => void;
};

/** The people behind a figure, page by page; each name leads to the person. */
export function PeoplePane({ kind, people, query, cell, words, onClose }: Props) {
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const params = useWorkspaceParams();
  const link = useLink();
  // Of which of the answers the cell is stands beside it in the body.
  const { of, ...place } = cell;
  const question = { ...peopleQuestion(people, query), ...(of === undefined ? {} : { of }) };
  const portrait = portraitPath({ kind, query: question, cell: place });
  const input = looseInput<PeopleContract>({ params, body: { ...question, cell: place } });
  const pages = usePages(people, input);
  const rows = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <aside className="people-pane" aria-label={words.title}>
      <header>
        <div>
          <h3>{words.title}</h3>
          <p className="small muted">{words.detail}</p>
        </div>
        <Button type="text" size="small" aria-label={text("common.close")} icon={<CloseOutlined />} onClick={onClose} />
      </header>
      {words.people === undefined && words.basis === undefined ? null : (
        <p className="people-figure">
          {words.people === undefined ? null : (
            <span className="people-count">
              <b>{format.count(words.people)}</b> {text("insight.people", { count: words.people })}
            </span>
          )}
          <span className="small">{words.basis}</span>
        </p>
      )}
      <div className="people-list">
        <QueryView query={{ ...pages, data: pages.data }} skeleton={8}>
          {() => (rows.length === 0 ? <EmptyState text={text("insight.nobody")} /> : <PeopleRows rows={rows} />)}
        </QueryView>
        {pages.hasNextPage ? (
          <Button block type="text" size="small" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {text("common.loadMore")}
          </Button>
        ) : null}
      </div>
      <footer>
        {may("segments:write") ? (
          <SaveSegment kind={kind} query={question} cell={place} suggested={[words.title, words.detail].filter(Boolean).join(" · ")} />
        ) : null}
        {portrait === undefined ? null : (
          <Link to={link(portrait)}>
            <Button block icon={<TeamOutlined />}>
              {text("insight.portraitOf")}
            </Button>
          </Link>
        )}
        {may("data:export") ? <ExportPeople people={people} input={input} name={words.title} /> : null}
      </footer>
    </aside>
  );
}

function PeopleRows({ rows }: { readonly rows: readonly { readonly personId: string; readonly displayName: string }[] }) {
  const link = useLink();
  return (
    <ul>
      {rows.map(({ personId, displayName }) => (
        <li key={personId}>
          <Link to={link(`people/${personId}`)} className="ellipsis">
            {displayName}
          </Link>
        </li>
      ))}
    </ul>
  );
}
