import { getQuarantined } from "@terrace/contract/api/quarantine";
import { Alert, Drawer, Tag } from "antd";
import { useCall } from "../../app/api/use-call.ts";
import type { CallAnswer } from "../../app/api/client.ts";
import { textOr, useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Code } from "../../ui/Code.tsx";
import { FactRows } from "../../ui/FactRows.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { detailText, mendText } from "./detail-text.ts";
import { QuarantineBulk } from "./QuarantineBulk.tsx";

/** One refused event: what is wrong, how to put it right, and the event as it arrived. */
export function QuarantineDrawer({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const text = useText();
  const may = useMay();
  const event = useCall(getQuarantined, { params: { ...useWorkspaceParams(), id } });
  const acts = event.data?.state === "open" && may("quarantine:replay");
  return (
    <Drawer
      open
      size={560}
      onClose={onClose}
      title={text("quarantine.drawer")}
      extra={
        acts ? (
          <span className="row">
            <QuarantineBulk selection={{ ids: [id] }} count={1} onDone={onClose} />
          </span>
        ) : null
      }
    >
      <QueryView query={event} skeleton={8}>
        {(data) => <QuarantinedView event={data} />}
      </QueryView>
    </Drawer>
  );
}

function pretty(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), undefined, 2);
  } catch {
    // Cut or broken payloads are shown as they came.
    return payload;
  }
}

function QuarantinedView({ event }: { readonly event: CallAnswer<typeof getQuarantined> }) {
  const text = useText();
  const format = useFormat();
  const words = { text, textOr };
  const [said, mend] = [detailText(words, event), mendText(words, event.code)];
  const facts: readonly (readonly [string, string])[] = [
    [text("home.event"), event.name],
    [text("quarantine.field"), event.field],
    [text("event.source"), textOr(`source.${event.source}`, event.source)],
    [text("event.receivedAt"), format.tableTime(event.receivedAt)],
    [text("events.messageId"), event.messageId],
  ];
  return (
    <div className="stack">
      <Alert
        type={event.state === "open" ? "warning" : "info"}
        showIcon
        title={textOr(`reason.${event.code}`, event.code)}
        description={
          <>
            {said === mend ? null : <div>{said}</div>}
            <div>{mend}</div>
          </>
        }
      />
      <div className="row">
        <Tag variant="filled">{text(`quarantine.state.${event.state}`)}</Tag>
        <code className="mono muted">{event.code}</code>
      </div>
      {event.detail === "" ? null : <code className="mono muted small wrap-any">{event.detail}</code>}
      <FactRows rows={facts.filter(([, value]) => value !== "")} className="quarantine-facts" />
      {event.truncated ? <span className="muted small">{text("quarantine.truncated")}</span> : null}
      <Code
        text={pretty(event.payload)}
        label={text("quarantine.payload")}
        {...(event.field === "" ? {} : { highlight: `"${event.field.split(".").at(-1) ?? ""}"` })}
      />
    </div>
  );
}
