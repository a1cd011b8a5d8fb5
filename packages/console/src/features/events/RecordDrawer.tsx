import { Drawer } from "antd";
import { Link } from "react-router";
import { useText } from "../../app/i18n.ts";
import { useLink } from "../../app/workspace/workspace-context.ts";
import { Code } from "../../ui/Code.tsx";
import { CopyButton } from "../../ui/CopyButton.tsx";
import type { EventRecord } from "./answers.ts";

/** One stored event as JSON, for whoever builds the sending side. */
export function RecordDrawer({ record, onClose }: { readonly record: EventRecord; readonly onClose: () => void }) {
  const text = useText();
  const link = useLink();
  const context = Object.fromEntries(Object.entries(record.context).filter(([, value]) => value !== ""));
  const shown = {
    name: record.name,
    time: record.time,
    receivedAt: record.receivedAt,
    source: record.source,
    properties: record.properties,
    context,
  };
  return (
    <Drawer
      open
      size={480}
      onClose={onClose}
      title={record.name}
      extra={<Link to={link(`people/${record.personId}`)}>{text("events.seePerson")}</Link>}
    >
      <p className="row muted small">
        {text("events.messageId")}
        <CopyButton value={record.messageId} />
      </p>
      <Code text={JSON.stringify(shown, undefined, 2)} label={record.name} />
    </Drawer>
  );
}
