import type { PersonRow } from "@terrace/contract/api/people";
import { useText } from "../../app/i18n.ts";
import "./identity-list.css";

/** Ids of a person in one line, strongest first; what does not fit is counted. */
export function IdentityList({ identities, more }: { readonly identities: PersonRow["identities"]; readonly more: number }) {
  const text = useText();
  return (
    <span className="identity-list">
      {identities.map(({ kind, value }) => (
        <span key={`${kind}${value}`} className="identity" title={text(`identity.${kind}`)}>
          <small>{text(`identity.${kind}`)}</small> {value}
        </span>
      ))}
      {more > 0 ? <small>+{more}</small> : null}
    </span>
  );
}
