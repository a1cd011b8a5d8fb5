import { listClassMoves } from "@terrace/contract/api/classes";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Drawer } from "antd";
import { Link } from "react-router";
import { callRoute } from "../../../app/api/client.ts";
import { useText } from "../../../app/i18n.ts";
import { usePhone } from "../../../app/theme/use-screen.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { useLink, useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { LoadMore } from "../../../ui/LoadMore.tsx";
import { QueryView } from "../../../ui/QueryView.tsx";
import type { FlowStep, MovedPeople, Move } from "../answers.ts";
import "../../segments/segments.css";

type Props = {
  readonly classKey: string;
  readonly step: Pick<FlowStep, "fromAt" | "toAt">;
  readonly move: Move;
  readonly title: string;
  readonly onClose: () => void;
};

/** The people of a flow, in the order of their ids. */
export function MovedDrawer({ classKey, step, move, title, onClose }: Props) {
  const text = useText();
  const format = useFormat();
  const phone = usePhone();
  const link = useLink();
  const input = {
    params: { ...useWorkspaceParams(), class: classKey },
    query: {
      fromAt: step.fromAt,
      toAt: step.toAt,
      ...(move.from === null ? {} : { from: move.from }),
      ...(move.to === null ? {} : { to: move.to }),
    },
  };
  const pages = useInfiniteQuery({
    queryKey: [listClassMoves.id, input],
    queryFn: ({ signal, pageParam }) =>
      callRoute(listClassMoves, { ...input, query: { ...input.query, ...(pageParam === "" ? {} : { after: pageParam }) }, signal }),
    initialPageParam: "",
    getNextPageParam: ({ next }: MovedPeople) => next,
  });
  const rows = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Drawer open title={title} size={phone ? "100%" : 480} onClose={onClose}>
      <QueryView query={pages} skeleton={6}>
        {() => (
          <>
            <p>
              <b>{format.count(move.people)}</b> {text("insight.people", { count: move.people })}
            </p>
            <ul className="stays">
              {rows.map(({ id, displayName }) => (
                <li key={id}>
                  <Link to={link(`people/${id}`)} className="ellipsis">
                    {displayName}
                  </Link>
                </li>
              ))}
            </ul>
            <LoadMore pages={pages} loaded={rows.length} />
          </>
        )}
      </QueryView>
    </Drawer>
  );
}
