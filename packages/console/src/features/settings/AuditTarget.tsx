import { Link } from "react-router";
import { textOr } from "../../app/i18n.ts";
import { useLink } from "../../app/workspace/workspace-context.ts";
import { MISSING } from "../../ui/format/numbers.ts";

/** What an audited action was done to, in words: the kind of object, with the end of a person's id or the name of an event. */
export function targetText(target: string): string {
  const { noun, id } = partsOf(target);
  const word = textOr(`auditNoun.${noun}`, noun);
  if (isPerson(noun, id)) return `${word} …${id.slice(-4)}`;
  return noun === "event" ? id : word;
}

function partsOf(target: string): { readonly noun: string; readonly id: string } {
  const [noun = "", ...rest] = target.split(":");
  return { noun, id: rest.join(":") };
}

function isPerson(noun: string, id: string): boolean {
  return noun === "person" && /^\d+$/.test(id);
}

/** What an audited action was done to. Targets are `noun:id`; people and events lead to their page, other ids stay in the tooltip. */
export function AuditTarget({ target }: { readonly target: string }) {
  const link = useLink();
  const { noun, id } = partsOf(target);
  if (target === "") return <span className="muted">{MISSING}</span>;
  if (isPerson(noun, id)) return <Link to={link(`people/${id}`)}>{targetText(target)}</Link>;
  if (noun === "event") return <Link to={link(`data/events/${encodeURIComponent(id)}`)}>{id}</Link>;
  return <span title={target}>{targetText(target)}</span>;
}
