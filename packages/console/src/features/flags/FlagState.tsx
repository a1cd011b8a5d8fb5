import type { FlagChangeView } from "@terrace/contract/api/flag-changes";
import type { FlagView } from "@terrace/contract/api/flags";
import { Tag } from "antd";
import { useText } from "../../app/i18n.ts";

/** Whether a flag is on in an environment. */
export function OnOff({ on }: { readonly on: boolean }) {
  const text = useText();
  return (
    <Tag variant="filled" className={on ? "badge-on" : ""}>
      {text(on ? "flags.on" : "flags.off")}
    </Tag>
  );
}

/** What is out of the ordinary with a flag. */
export function FlagMarks({ flag, stale = false }: { readonly flag: FlagView; readonly stale?: boolean }) {
  const text = useText();
  return (
    <span className="tags">
      {flag.killed ? <Tag color="error">{text("flags.killed")}</Tag> : null}
      {flag.openChange === null ? null : <Tag color="processing">{text("flags.waits")}</Tag>}
      {flag.archived ? <Tag>{text("flags.archived")}</Tag> : null}
      {stale ? <Tag color="warning">{text("flags.stale")}</Tag> : null}
    </span>
  );
}

/** Whether a change waits, or what became of it. */
export function ChangeState({ state }: Pick<FlagChangeView, "state">) {
  const text = useText();
  const look = state === "approved" ? { className: "badge-on" } : state === "open" ? { color: "processing" } : {};
  return <Tag {...look}>{text(`flags.change.${state}`)}</Tag>;
}
