import { KeyOutlined } from "@ant-design/icons";
import { Button, Input, Tabs } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { useText } from "../../app/i18n.ts";
import { NewWorkspace } from "../../app/shell/NewWorkspace.tsx";
import { rolesWith, useMay, useWorkspace } from "../../app/workspace/workspace-context.ts";
import { Code } from "../../ui/Code.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { SNIPPET_KINDS, snippet } from "./snippets.ts";
import { useWriteKey } from "./use-write-key.ts";
import { WaitingForEvent } from "./WaitingForEvent.tsx";
import "./start.css";

/** How to send an event with a real key: make the key, copy the code, see it arrive. */
export function SendGuide() {
  const text = useText();
  const [search, setSearch] = useSearchParams();
  const key = useWriteKey();
  const { currency } = useWorkspace();
  const shownKey = key.writeKey === "" ? text("start.keyPlaceholder") : key.writeKey;
  const kind = SNIPPET_KINDS.find((one) => one === search.get("with")) ?? "curl";
  const items = SNIPPET_KINDS.map((one) => ({
    key: one,
    label: text(`start.with.${one}`),
    children: (
      <div className="stack">
        <p className="muted">{text(`start.hint.${one}`)}</p>
        <Code
          text={snippet(one, { origin: window.location.origin, writeKey: shownKey, currency })}
          highlight={shownKey}
          label={text(`start.with.${one}`)}
        />
      </div>
    ),
  }));
  return (
    <ol className="start-steps">
      <li>
        <Panel title={text("start.step1")}>
          <OwnWorkspaceHint />
          <WriteKeyStep writeKey={key.writeKey} making={key.making} onMake={key.make} onKeep={key.keep} />
        </Panel>
      </li>
      <li>
        <Panel title={text("start.step2")}>
          <Tabs activeKey={kind} onChange={(next) => setSearch({ with: next }, { replace: true })} items={items} />
        </Panel>
      </li>
      <li>
        <Panel title={text("start.step3")}>
          <WaitingForEvent />
        </Panel>
      </li>
    </ol>
  );
}

/** Own events in a sample workspace would stand among the sample's: a workspace of one's own is one click away. */
function OwnWorkspaceHint() {
  const text = useText();
  const { label } = useWorkspace();
  const [making, setMaking] = useState(false);
  if (label === "") return null;
  return (
    <p className="muted own-workspace">
      {text("start.mixed")}{" "}
      <Button type="link" size="small" onClick={() => setMaking(true)}>
        {text("workspace.new")}
      </Button>
      {making ? <NewWorkspace onClose={() => setMaking(false)} /> : null}
    </p>
  );
}

type WriteKeyStepProps = {
  readonly writeKey: string;
  readonly making: boolean;
  readonly onMake: () => void;
  readonly onKeep: (key: string) => void;
};

function WriteKeyStep({ writeKey, making, onMake, onKeep }: WriteKeyStepProps) {
  const text = useText();
  const may = useMay();
  if (writeKey !== "")
    return (
      <div className="stack">
        <Code text={writeKey} label={text("keys.key")} />
        <span className="muted small">{text("start.keyKeep")}</span>
      </div>
    );
  return (
    <div className="write-key">
      {may("keys:manage") ? (
        <Button type="primary" icon={<KeyOutlined />} loading={making} onClick={onMake}>
          {text("start.makeKey")}
        </Button>
      ) : (
        <span>
          {text("start.keyRoles", {
            roles: rolesWith("keys:manage")
              .map((role) => text(`role.${role}`))
              .join(", "),
          })}
        </span>
      )}
      <span className="muted">{text("start.or")}</span>
      <Input
        className="paste-key"
        placeholder={text("start.pasteKey")}
        aria-label={text("start.pasteKey")}
        onPressEnter={(event) => onKeep(event.currentTarget.value)}
        onBlur={(event) => onKeep(event.target.value)}
      />
    </div>
  );
}
