import { listMessages, type MessageView } from "@terrace/contract/api/messages";
import { useState } from "react";
import { Link } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Panel } from "../../ui/Panel.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { MessageDrawer } from "./MessageDrawer.tsx";
import { MessageState } from "./MessageState.tsx";
import { messagesOf, standingWords } from "./message-words.ts";
import "./messages.css";

const SHOWN = 5;

/** The newest messages to a person and why each was (not) sent; nothing for whoever was never to get one. */
export function MessagesCard({ person }: { readonly person: string }) {
  const text = useText();
  const link = useLink();
  const [open, setOpen] = useState<string>();
  const messages = useCall(listMessages, { params: useWorkspaceParams(), query: { person, limit: SHOWN } });
  const rows = messages.data?.items ?? [];
  if (rows.length === 0) return null;
  return (
    <Panel
      flush
      title={text("nav.messages")}
      label={text("nav.messages")}
      extra={<Link to={link(messagesOf(person))}>{text("messages.all")}</Link>}
    >
      <ul className="changes">
        {rows.map((row) => (
          <Row key={row.id} row={row} onOpen={() => setOpen(row.id)} />
        ))}
      </ul>
      {open === undefined ? null : <MessageDrawer id={open} onClose={() => setOpen(undefined)} />}
    </Panel>
  );
}

function Row({ row, onOpen }: { readonly row: MessageView; readonly onOpen: () => void }) {
  const text = useText();
  const format = useFormat();
  return (
    <li>
      <MessageState state={row.state} />
      <div>
        <button type="button" className="plain-button link-like" onClick={onOpen}>
          {text(`templates.channelOf.${row.channel}`)}
        </button>
        <div className="muted small">{standingWords(row, format)}</div>
        <div className="muted small">
          <TimeText at={row.askedAt} form="recent" />
        </div>
      </div>
    </li>
  );
}
