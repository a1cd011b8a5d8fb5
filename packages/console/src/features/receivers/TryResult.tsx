import type { tryReceiver } from "@terrace/contract/api/receivers";
import { Tag } from "antd";
import type { CallAnswer } from "../../app/api/client.ts";
import { useText } from "../../app/i18n.ts";
import { Code } from "../../ui/Code.tsx";

/** What an expression made of the body. */
export function TryResult({ tried }: { readonly tried: CallAnswer<typeof tryReceiver> }) {
  const text = useText();
  return (
    <div className="stack" aria-live="polite">
      {tried.events.length === 0 ? <span className="muted">{text("receivers.tryNothing")}</span> : null}
      {tried.events.map((event, index) => (
        <div key={`${index}${event.name}`} className="row">
          <Tag variant="filled" color={event.accepted ? "success" : "error"}>
            {text(event.accepted ? "receivers.fits" : "receivers.toQuarantine")}
          </Tag>
          <span>{event.name}</span>
          <span className="muted small">{event.problem}</span>
        </div>
      ))}
      <Code text={tried.items} label={text("receivers.made")} />
    </div>
  );
}
