import { listSegmentHistory } from "@terrace/contract/api/segment-history";
import { Link } from "react-router";
import type { CallInput } from "../../../app/api/client.ts";
import { usePages } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { useLink } from "../../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { LoadMore } from "../../../ui/LoadMore.tsx";
import { QueryView } from "../../../ui/QueryView.tsx";
import { StayText } from "../StayText.tsx";

/** Who came or left, the last change first. */
export function StayList({ input }: { readonly input: CallInput<typeof listSegmentHistory> }) {
  const text = useText();
  const link = useLink();
  const pages = usePages(listSegmentHistory, input, { keepPrevious: true });
  const rows = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <QueryView query={pages} skeleton={6}>
      {() => (
        <>
          {rows.length === 0 ? <EmptyState text={text("segments.noChanges")} /> : null}
          <ul className="stays">
            {rows.map((stay) => (
              <li key={`${stay.person.personId} ${stay.enteredAt} ${stay.leftAt ?? ""}`}>
                <Link to={link(`people/${stay.person.personId}`)} className="ellipsis">
                  {stay.person.displayName}
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
