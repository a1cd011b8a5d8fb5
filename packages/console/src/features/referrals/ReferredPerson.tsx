import { Link } from "react-router";
import { useText } from "../../app/i18n.ts";
import { useLink } from "../../app/workspace/workspace-context.ts";

/** Somebody in a tree: leads to their page; who was forgotten, or never seen, has none. */
export function ReferredPerson({ person }: { readonly person: { readonly personId: string; readonly displayName: string } }) {
  const text = useText();
  const link = useLink();
  if (person.displayName === "") return <span className="muted">{text("referrals.nobody")}</span>;
  return <Link to={link(`people/${person.personId}`)}>{person.displayName}</Link>;
}
