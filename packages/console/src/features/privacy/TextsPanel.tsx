import { addConsentText, listConsentTexts } from "@terrace/contract/api/consent";
import { PlusOutlined } from "@ant-design/icons";
import { CONSENT_WORD } from "@terrace/domain/consent/purposes";
import { Button, Drawer, Form, Input, Tag } from "antd";
import { useState } from "react";
import type { CallAnswer } from "../../app/api/client.ts";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useLanguage, useText } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { FormModal } from "../../ui/FormModal.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { ExportButton } from "../exports/ExportButton.tsx";

type TextRow = CallAnswer<typeof listConsentTexts>["items"][number];
type Fields = Pick<TextRow, "key" | "titleZh" | "titleEn" | "bodyZh" | "bodyEn">;
const rowKey = ({ key, version }: TextRow) => `${key} ${version}`;

/** The texts people are shown when they are asked, every version of them. */
export function TextsPanel() {
  const text = useText();
  const manage = useMay()("workspace:manage");
  const english = useLanguage() === "en";
  const texts = useCall(listConsentTexts, { params: useWorkspaceParams() });
  const [shown, setShown] = useState<TextRow>();
  const [draft, setDraft] = useState<Fields>();
  const begin = () => {
    const latest = texts.data?.items[0];
    setDraft(latest ?? { key: "privacy", titleZh: "", titleEn: "", bodyZh: "", bodyEn: "" });
  };
  const titleOf = (row: TextRow) => (english ? row.titleEn : row.titleZh);
  const columns: readonly DataColumn<TextRow>[] = [
    {
      key: "title",
      title: text("privacy.textTitle"),
      ellipsis: true,
      render: (row) => (
        <Button type="link" size="small" className="text-link" onClick={() => setShown(row)}>
          {titleOf(row)}
        </Button>
      ),
    },
    { key: "key", title: text("privacy.key"), width: 140, render: ({ key }) => <code className="mono">{key}</code> },
    { key: "version", title: text("privacy.version"), width: 90, figure: true, render: ({ version }) => String(version) },
    { key: "by", title: text("privacy.madeBy"), width: 200, ellipsis: true, render: ({ madeBy }) => madeBy },
    { key: "at", title: text("privacy.madeAt"), width: 150, figure: true, render: ({ madeAt }) => <TimeText at={madeAt} /> },
  ];
  const add = manage ? (
    <Button type="link" size="small" icon={<PlusOutlined />} onClick={begin}>
      {text("privacy.newText")}
    </Button>
  ) : null;
  return (
    <Panel
      flush
      title={text("privacy.texts")}
      extra={
        <>
          <ExportButton what="consent-texts" />
          {add}
        </>
      }
    >
      <QueryView query={texts} skeleton={2}>
        {({ items }) => (
          <DataTable<TextRow>
            label={text("privacy.texts")}
            rows={items}
            rowKey={rowKey}
            columns={columns}
            minWidth={760}
            onOpen={setShown}
            empty={<EmptyState text={text("privacy.noTexts")} action={add} />}
            phoneRow={(row) => ({
              title: titleOf(row),
              detail: `${row.key} · ${text("consent.textVersion", { version: row.version })}`,
              figures: <TimeText at={row.madeAt} form="day" />,
            })}
          />
        )}
      </QueryView>
      {shown === undefined ? null : <TextDrawer shown={shown} onClose={() => setShown(undefined)} />}
      {draft === undefined ? null : <TextModal draft={draft} onClose={() => setDraft(undefined)} />}
    </Panel>
  );
}

function TextDrawer({ shown, onClose }: { readonly shown: TextRow; readonly onClose: () => void }) {
  const text = useText();
  const english = useLanguage() === "en";
  return (
    <Drawer
      open
      size={720}
      title={english ? shown.titleEn : shown.titleZh}
      extra={<Tag variant="filled">{text("consent.textVersion", { version: shown.version })}</Tag>}
      onClose={onClose}
    >
      <p className="consent-text">{english ? shown.bodyEn : shown.bodyZh}</p>
    </Drawer>
  );
}

/** Writes the next version; what stands in the form is the one before. */
function TextModal({ draft, onClose }: { readonly draft: Fields; readonly onClose: () => void }) {
  const text = useText();
  const params = useWorkspaceParams();
  const showFault = useFaultMessage();
  const add = useChange(addConsentText, [listConsentTexts]);
  const submit = ({ key, titleZh, titleEn, bodyZh, bodyEn }: Fields) =>
    add.mutate({ params, body: { key, titleZh, titleEn, bodyZh, bodyEn } }, { onSuccess: onClose, onError: showFault });
  const required = [{ required: true, whitespace: true, message: text("signIn.required") }];
  return (
    <FormModal<Fields>
      title={text("privacy.newText")}
      okText={text("privacy.publish")}
      busy={add.isPending}
      onSubmit={submit}
      onClose={onClose}
      initialValues={draft}
      width={640}
    >
      <p className="muted">{text("privacy.newTextHint")}</p>
      <Form.Item
        name="key"
        label={text("privacy.key")}
        rules={[{ required: true, pattern: CONSENT_WORD, message: text("privacy.keyRule") }]}
      >
        <Input maxLength={40} />
      </Form.Item>
      <div className="two-fields">
        <Form.Item name="titleZh" label={text("privacy.titleZh")} rules={required}>
          <Input maxLength={120} />
        </Form.Item>
        <Form.Item name="titleEn" label={text("privacy.titleEn")} rules={required}>
          <Input maxLength={120} />
        </Form.Item>
      </div>
      <Form.Item name="bodyZh" label={text("privacy.bodyZh")} rules={required}>
        <Input.TextArea rows={6} maxLength={40_000} />
      </Form.Item>
      <Form.Item name="bodyEn" label={text("privacy.bodyEn")} rules={required}>
        <Input.TextArea rows={6} maxLength={40_000} />
      </Form.Item>
    </FormModal>
  );
}
