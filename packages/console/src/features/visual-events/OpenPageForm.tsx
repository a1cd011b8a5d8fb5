import { ExportOutlined } from "@ant-design/icons";
import { openVisualSession } from "@terrace/contract/api/virtual-events";
import { Alert, Button, Form, Input } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Panel } from "../../ui/Panel.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";

/** Opens a page of the operator's own in another window, where elements can be pointed at. */
export function OpenPageForm() {
  const text = useText();
  const link = useLink();
  const format = useFormat();
  const params = useWorkspaceParams();
  const showFault = useFaultMessage();
  const open = useChange(openVisualSession);
  const [opened, setOpened] = useState<{ readonly url: string; readonly expiresAt: string }>();
  const submit = ({ url }: { readonly url: string }) => {
    // Opened right at the click: a browser would hold back a window that comes after an answer.
    const target = window.open("", "_blank");
    open.mutate(
      { params, body: { url: url.trim() } },
      {
        onSuccess: (session) => {
          setOpened(session);
          if (target === null) return;
          // The page is told nothing of this window.
          target.opener = null;
          target.location.href = session.url;
        },
        onError: (error) => {
          target?.close();
          showFault(error);
        },
      },
    );
  };
  return (
    <Panel title={text("visual.open")}>
      <div className="stack">
        <p className="muted open-page-hint">
          {text("visual.openHint")} <Link to={link("data/sources?with=browser")}>{text("visual.installSdk")}</Link>
        </p>
        <Form layout="inline" onFinish={submit} className="open-page">
          <Form.Item name="url" className="grow" rules={[{ required: true, message: text("visual.urlNeeded") }]}>
            <Input inputMode="url" aria-label={text("visual.url")} placeholder={text("visual.url")} />
          </Form.Item>
          <Button type="primary" htmlType="submit" icon={<ExportOutlined />} loading={open.isPending}>
            {text("visual.openPage")}
          </Button>
        </Form>
        {opened === undefined ? null : (
          <Alert
            type="info"
            title={text("visual.opened", { time: format.clock(opened.expiresAt) })}
            action={
              <a href={opened.url} target="_blank" rel="noopener noreferrer">
                {text("visual.again")}
              </a>
            }
          />
        )}
      </div>
    </Panel>
  );
}
