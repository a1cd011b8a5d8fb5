import { PlusOutlined } from "@ant-design/icons";
import { listVerifications } from "@terrace/contract/api/verifications";
import { Button } from "antd";
import { useState } from "react";
import { useCall } from "../../app/api/use-call.ts";
import { useText, useWords } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { ToneBadge } from "../../ui/ToneBadge.tsx";
import { ApplyModal } from "./ApplyModal.tsx";
import { StateTag } from "./StateTag.tsx";
import { VerificationDrawer } from "./VerificationDrawer.tsx";
import "./verification.css";

/** How many of a person's applications are shown; the rest is in the list. */
const SHOWN_MAX = 20;

function useApplicationsOf(person: string) {
  return useCall(listVerifications, { params: useWorkspaceParams(), query: { person, limit: SHOWN_MAX } });
}

/** The badges of the verifications that a person has now. */
export function VerifiedBadges({ person }: { readonly person: string }) {
  const applications = useApplicationsOf(person);
  return applications.data?.items.flatMap(({ id, counts, kind }) => (counts ? [<ToneBadge key={id} badge={kind.badge} />] : []));
}

/** What a person applied for and what became of it; applies for them. */
export function VerificationsCard({ person }: { readonly person: string }) {
  const text = useText();
  const words = useWords();
  const may = useMay();
  const [open, setOpen] = useState("");
  const [applying, setApplying] = useState(false);
  const applications = useApplicationsOf(person);
  return (
    <Panel
      title={text("nav.verification")}
      extra={
        may("people:write") ? (
          <Button type="link" size="small" icon={<PlusOutlined />} onClick={() => setApplying(true)}>
            {text("verification.applyShort")}
          </Button>
        ) : null
      }
    >
      <QueryView query={applications} skeleton={2}>
        {({ items }) =>
          items.length === 0 ? (
            <span className="muted">{text("verification.neverApplied")}</span>
          ) : (
            <ul className="verification-own">
              {items.map(({ id, kind, state, submittedAt }) => (
                <li key={id}>
                  <Button type="link" size="small" onClick={() => setOpen(id)}>
                    {words(kind.name)}
                  </Button>
                  <StateTag state={state} />
                  <small className="muted">
                    <TimeText at={submittedAt} form="day" />
                  </small>
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
      {open === "" ? null : <VerificationDrawer id={open} onClose={() => setOpen("")} />}
      {applying ? <ApplyModal person={person} onClose={() => setApplying(false)} /> : null}
    </Panel>
  );
}
