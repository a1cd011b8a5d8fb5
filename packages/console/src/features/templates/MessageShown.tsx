import type { ShownMessage } from "@terrace/contract/api/templates-preview";
import { Segmented } from "antd";
import { useState } from "react";
import { useText } from "../../app/i18n.ts";

const FRAMES = ["desktop", "phone", "text"] as const;

/** A message about as its person would see it. */
export function MessageShown({ message }: { readonly message: ShownMessage }) {
  const text = useText();
  switch (message.channel) {
    case "email":
      return <MailShown message={message} />;
    case "sms":
      return (
        <div className="message-bubble">
          {message.signature === undefined ? "" : text("templates.signed", { signature: message.signature })}
          {message.text}
        </div>
      );
    case "push":
      return (
        <div className="message-card">
          <b>{message.title}</b>
          <p>{message.body}</p>
          <small className="muted">{message.link}</small>
        </div>
      );
    case "in_app":
      return (
        <div className="message-card">
          <b>{message.title}</b>
          <p>{message.body}</p>
          {message.buttons.map(({ label, url }) => (
            <small key={`${label} ${url}`} className="muted">
              {label} → {url}
            </small>
          ))}
        </div>
      );
    case "wecom":
      return (
        <div className="message-bubble">
          {message.text}
          {message.link === undefined ? null : <small className="muted">{`${message.link.title} ${message.link.url}`}</small>}
        </div>
      );
    case "wechat":
      return (
        <dl className="message-card">
          {Object.entries(message.data).map(([name, value]) => (
            <div key={name} className="row">
              <dt className="muted">{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
          <small className="muted">{message.link}</small>
        </dl>
      );
    case "webhook":
      return (
        <pre className="template-diff">
          {`${message.method} ${message.url}\n${Object.entries(message.headers)
            .map(([name, value]) => `${name}: ${value}\n`)
            .join("")}\n${JSON.stringify(message.body, null, 2)}`}
        </pre>
      );
    default:
      return text(message satisfies never);
  }
}

function MailShown({ message }: { readonly message: Extract<ShownMessage, { channel: "email" }> }) {
  const text = useText();
  const [frame, setFrame] = useState<(typeof FRAMES)[number]>("desktop");
  return (
    <div className="stack">
      <Segmented
        aria-label={text("templates.frame")}
        value={frame}
        onChange={setFrame}
        options={FRAMES.map((value) => ({ value, label: text(`templates.frameOf.${value}`) }))}
      />
      <b className="mail-subject">{message.subject}</b>
      {frame === "text" ? (
        <pre className="template-diff">{message.text}</pre>
      ) : (
        // Nothing in a mail may run, or reach the console around it.
        <iframe className={`mail-frame mail-${frame}`} title={text("templates.preview")} sandbox="" srcDoc={message.html} />
      )}
    </div>
  );
}
