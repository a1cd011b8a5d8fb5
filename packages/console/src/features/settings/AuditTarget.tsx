import { Link } from "react-router";
import { textOr } from "../../app/i18n.ts";
import { useLink } from "../../app/workspace/workspace-context.ts";
import { MISSING } from "../../ui/format/numbers.ts";

/** What an audited action was done to. Targets are `noun:id`; people and events lead to their page, other ids stay in the tooltip. */
export function AuditTarget({ target }: { readonly target: string }) {
  const link = useLink();
  const [noun = "", ...rest] = target.split(":");
  const id = rest.join(":");
  const word = textOr(`auditNoun.${noun}`, noun);
  if (target === "") return <span className="muted">{MISSING}</span>;
  if (noun === "person" && /^\d+$/.test(id))
    return (
      <Link to={link(`people/${id}`)}>
        {word} …{id.slice(-4)}
      </Link>
    );
  if (noun === "event") return <Link to={link(`data/events/${encodeURIComponent(id)}`)}>{id}</Link>;
  return <span title={target}>{word}</span>;
}
