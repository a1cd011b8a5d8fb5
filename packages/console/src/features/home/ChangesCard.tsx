import { listAudit } from "@terrace/contract/api/access";
import { Link } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { textOr, useText } from "../../app/i18n.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { AuditTarget } from "../settings/AuditTarget.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";

const SHOWN = 6;

/** The latest changes made by operators and keys. */
export function ChangesCard() {
  const text = useText();
  const link = useLink();
  const audit = useCall(listAudit, { params: useWorkspaceParams(), query: { limit: SHOWN } });
  return (
    <Panel flush className="changes-card" title={text("home.changes")} extra={<Link to={link("settings/audit")}>{text("nav.audit")}</Link>}>
      <QueryView query={audit} skeleton={5}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState text={text("home.changesEmpty")} />
          ) : (
            <ul className="changes">
              {items.map(({ id, at, actor, action, target }) => (
                <li key={id}>
                  <TimeText at={at} form="recent" className="muted small" />
                  <div className="grow">
                    <div>{textOr(`audit.${action}`, action)}</div>
                    <div className="muted small ellipsis">
                      {actor}
                      {target === "" ? null : (
                        <>
                          {" "}
                          · <AuditTarget target={target} />
                        </>
                      )}
                    </div>
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
    </Panel>
  );
}
