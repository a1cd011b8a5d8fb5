import { getVerification } from "@terrace/contract/api/verifications";
import { Button, Drawer } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { useText, useWords } from "../../app/i18n.ts";
import { usePhone } from "../../app/theme/use-screen.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { ToneBadge } from "../../ui/ToneBadge.tsx";
import type { VerificationDetail } from "./answers.ts";
import { DecideButtons, useActs } from "./DecideButtons.tsx";
import { StateTag } from "./StateTag.tsx";
import { UnmaskEvidence } from "./UnmaskEvidence.tsx";
import "./verification.css";

/** One application: who applies for what, what was filled in, what happened to it, and the decision. */
export function VerificationDrawer({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const text = useText();
  const phone = usePhone();
  const query = useCall(getVerification, { params: { ...useWorkspaceParams(), verification: id } });
  const actsIn = useActs();
  const acts = query.data === undefined ? [] : actsIn(query.data.state);
  return (
    <Drawer
      open
      size={phone ? "100%" : 560}
      onClose={onClose}
      title={text("verification.application")}
      footer={query.data === undefined || acts.length === 0 ? null : <DecideButtons application={query.data} acts={acts} />}
    >
      <QueryView query={query} skeleton={8}>
        {(application) => (
          <div className="stack">
            <Facts application={application} />
            <EvidenceShown application={application} />
            <History application={application} />
          </div>
        )}
      </QueryView>
    </Drawer>
  );
}

function Facts({ application: { person, kind, state, counts, validUntil } }: { readonly application: VerificationDetail }) {
  const text = useText();
  const words = useWords();
  const link = useLink();
  const format = useFormat();
  return (
    <div className="verification-facts">
      <Link to={link(`people/${person.id}`)} className="verification-who">
        {person.displayName}
      </Link>
      <span className="row-wrap">
        {words(kind.name)}
        <ToneBadge badge={kind.badge} />
        <StateTag state={state} />
        {state === "approved" ? (
          <span className="small muted">
            {validUntil === null ? text("verification.forever") : text("verification.until", { time: format.tableTime(validUntil) })}
          </span>
        ) : null}
      </span>
      {state === "approved" && !counts ? <p className="small muted">{text("verification.countsNot")}</p> : null}
    </div>
  );
}

function EvidenceShown({ application }: { readonly application: VerificationDetail }) {
  const text = useText();
  const words = useWords();
  const may = useMay();
  const [clear, setClear] = useState<Readonly<Record<string, string>>>();
  const [asking, setAsking] = useState(false);
  const { evidence } = application;
  const maskable = evidence.some(({ personal }) => personal) && may("people:unmask") && clear === undefined;
  return (
    <section aria-label={text("verification.evidence")}>
      <div className="verification-head">
        <h3>{text("verification.evidence")}</h3>
        {maskable ? (
          <Button size="small" onClick={() => setAsking(true)}>
            {text("person.unmask")}
          </Button>
        ) : null}
      </div>
      {evidence.length === 0 ? <p className="muted">{text("verification.noEvidence")}</p> : null}
      <dl className="verification-evidence">
        {evidence.map(({ key, name, type, value }) => (
          <div key={key}>
            <dt>{name === null ? key : words(name)}</dt>
            <dd>
              <EvidenceValue type={type} value={clear?.[key] ?? value} />
            </dd>
          </div>
        ))}
      </dl>
      {asking ? (
        <UnmaskEvidence
          application={application}
          onShown={(values) => {
            setAsking(false);
            setClear(values);
          }}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </section>
  );
}

/** A link opens elsewhere and tells nobody whence; it was checked to be one when it was sent. */
function EvidenceValue({ type, value }: Pick<VerificationDetail["evidence"][number], "type" | "value">) {
  if (type !== "link" || !/^https?:\/\//i.test(value)) return value;
  return (
    <a href={value} target="_blank" rel="noopener noreferrer nofollow">
      {value}
    </a>
  );
}

function History({ application: { history } }: { readonly application: VerificationDetail }) {
  const text = useText();
  return (
    <section aria-label={text("verification.history")}>
      <div className="verification-head">
        <h3>{text("verification.history")}</h3>
      </div>
      <ol className="verification-history">
        {history.map(({ state, at, by, reason }) => (
          <li key={state}>
            <span className="row-wrap">
              <StateTag state={state} />
              <span className="small muted">
                {by === "" ? text("verification.byTime") : by} · <TimeText at={at} />
              </span>
            </span>
            {reason === "" ? null : <p className="wrap-any">{reason}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}
