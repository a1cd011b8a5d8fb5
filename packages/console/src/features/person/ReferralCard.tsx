import { getPersonReferrals } from "@terrace/contract/api/referral-tree";
import { Link } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { ReferredPerson } from "../referrals/ReferredPerson.tsx";
import type { Person } from "./answers.ts";

/** By whom a person was brought and whom they brought, by program; left out for who has no part in any. */
export function ReferralCard({ person }: { readonly person: Person }) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  const parts = useCall(getPersonReferrals, { params: { ...useWorkspaceParams(), person: person.id } });
  const items = parts.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Panel title={text("nav.referrals")}>
      <div className="stack">
        {items.map(({ program, broughtBy, boundAt, direct, convertedDirect, generation, codes }) => (
          <div key={program.id}>
            <Link to={link(`referrals/${program.id}?tab=tree&person=${person.id}`)}>{program.name}</Link>
            {broughtBy === null ? null : (
              <div className="small">
                {text("referrals.broughtBy")} <ReferredPerson person={broughtBy} />{" "}
                <span className="muted">
                  {format.tableTime(boundAt)} · {text("referrals.generationN", { generation })}
                </span>
              </div>
            )}
            <div className="small">
              {text("referrals.personBrought", { direct: format.count(direct), converted: format.count(convertedDirect) })}
            </div>
            {codes.map(({ code, path, label }) => (
              <div key={code} className="row small">
                <code className="mono">{code}</code>
                <CopyButton value={new URL(path, window.location.origin).href} label={text("referrals.copyLink")} />
                <span className="muted">{label}</span>
              </div>
            ))}
          </div>
        ))}
      </div>
    </Panel>
  );
}
