import { listMerges } from "@terrace/contract/api/merges";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { TakeBackButton } from "../merges/TakeBackButton.tsx";
import type { Person } from "./answers.ts";

/** Merges made by hand that concern this person; each can be taken back. */
export function PersonMergesCard({ person }: { readonly person: Person }) {
  const text = useText();
  const may = useMay();
  const merges = useCall(listMerges, { params: useWorkspaceParams(), query: { person: person.id, limit: 20 } });
  if (merges.data?.items.length === 0) return null;
  return (
    <Panel flush title={text("nav.merges")} {...(merges.data === undefined ? {} : { count: merges.data.items.length })}>
      <QueryView query={merges} skeleton={2}>
        {({ items }) => (
          <ul className="changes person-merges">
            {items.map((merge) => (
              <li key={merge.id}>
                <div className="grow">
                  <div>{merge.displayNames.join(" + ")}</div>
                  <div className="muted small">
                    {merge.by} · <TimeText at={merge.createdAt} form="recent" />
                    {merge.reason === "" ? "" : ` · ${merge.reason}`}
                  </div>
                  {merge.takenBackAt === null ? null : (
                    <div className="muted small">
                      {text("merges.takenBackBy", { by: merge.takenBackBy ?? "" })} <TimeText at={merge.takenBackAt} form="recent" />
                    </div>
                  )}
                </div>
                {merge.takenBackAt === null && may("people:merge") ? <TakeBackButton merge={merge} /> : null}
              </li>
            ))}
          </ul>
        )}
      </QueryView>
    </Panel>
  );
}
