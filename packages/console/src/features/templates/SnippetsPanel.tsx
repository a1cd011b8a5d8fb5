import { createSnippet, deleteSnippet, listSnippets, updateSnippet, type Snippet } from "@terrace/contract/api/templates-preview";
import { App, Button, Form, Input } from "antd";
import { useState } from "react";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useLanguage, useText } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { DataTable, type DataColumn } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { FormModal } from "../../ui/FormModal.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { languageName } from "./template-words.ts";

const LANGUAGES = ["zh-cn", "en"];
const KEY = /^[a-z][a-z0-9_-]{0,39}$/;

/** Parts that templates share; each template keeps those it was published with. */
export function SnippetsPanel() {
  const text = useText();
  const reader = useLanguage();
  const may = useMay()("touch:write");
  const [open, setOpen] = useState<Snippet | "new">();
  const snippets = useCall(listSnippets, { params: useWorkspaceParams() });
  const make = may ? <Button onClick={() => setOpen("new")}>{text("templates.newSnippet")}</Button> : null;
  const acts = (snippet: Snippet) => (may ? <SnippetActs snippet={snippet} onEdit={() => setOpen(snippet)} /> : null);
  const columns: readonly DataColumn<Snippet>[] = [
    { key: "name", title: text("templates.name"), ellipsis: true, render: ({ name }) => <span className="strong">{name}</span> },
    { key: "use", title: text("templates.snippetUse"), width: 240, render: ({ key }) => <code className="mono">{nameIn(key)}</code> },
    {
      key: "languages",
      title: text("templates.languages"),
      width: 160,
      render: ({ texts }) =>
        Object.keys(texts)
          .map((one) => languageName(one, reader))
          .join(", "),
    },
    { key: "usedBy", title: text("templates.usedBy"), width: 110, figure: true, render: ({ usedBy }) => usedBy.length },
    { key: "acts", title: "", width: 150, figure: true, render: acts },
  ];
  return (
    <>
      <Panel title={text("templates.tab.snippets")} extra={make} flush>
        <QueryView query={snippets} skeleton={3}>
          {({ items }) => (
            <DataTable<Snippet>
              label={text("templates.tab.snippets")}
              rows={items}
              rowKey={({ id }) => id}
              columns={columns}
              minWidth={760}
              empty={<EmptyState text={text("templates.noSnippets")} />}
              phoneRow={(one) => ({ title: one.name, detail: nameIn(one.key), figures: acts(one) })}
            />
          )}
        </QueryView>
      </Panel>
      {open === undefined ? null : <SnippetModal {...(open === "new" ? {} : { snippet: open })} onClose={() => setOpen(undefined)} />}
    </>
  );
}

function nameIn(key: string): string {
  return `{% render "${key}" %}`;
}

function SnippetActs({ snippet, onEdit }: { readonly snippet: Snippet; readonly onEdit: () => void }) {
  const text = useText();
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), snippet: snippet.id };
  const remove = useChange(deleteSnippet, [listSnippets]);
  const confirm = () =>
    void modal.confirm({
      title: text("templates.deleteSnippetTitle", { name: snippet.name }),
      okText: text("common.delete"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: () => remove.mutateAsync({ params }).then(() => undefined, showFault),
    });
  return (
    <>
      <Button size="small" type="link" aria-label={text("templates.editNamed", { name: snippet.name })} onClick={onEdit}>
        {text("common.edit")}
      </Button>
      <Button
        size="small"
        type="link"
        disabled={snippet.usedBy.length > 0}
        aria-label={text("templates.deleteNamed", { name: snippet.name })}
        onClick={confirm}
      >
        {text("common.delete")}
      </Button>
    </>
  );
}

type Fields = { name: string; key: string; texts: Record<string, string | undefined> };

function SnippetModal({ snippet, onClose }: { readonly snippet?: Snippet; readonly onClose: () => void }) {
  const text = useText();
  const reader = useLanguage();
  const params = useWorkspaceParams();
  const create = useChange(createSnippet, [listSnippets]);
  const update = useChange(updateSnippet, [listSnippets]);
  const languages = [...new Set([...LANGUAGES, ...Object.keys(snippet?.texts ?? {})])];
  const submit = ({ name, key, texts }: Fields) => {
    const said = saidIn(texts);
    if (snippet === undefined) create.mutate({ params, body: { name, key, texts: said } }, { onSuccess: onClose });
    else update.mutate({ params: { ...params, snippet: snippet.id }, body: { name, texts: said } }, { onSuccess: onClose });
  };
  return (
    <FormModal<Fields>
      title={text(snippet === undefined ? "templates.newSnippet" : "templates.editSnippet")}
      okText={text("common.save")}
      busy={create.isPending || update.isPending}
      error={create.error ?? update.error}
      onClose={onClose}
      onSubmit={submit}
      width={640}
      initialValues={snippet ?? { texts: {} }}
    >
      <Form.Item
        name="name"
        label={text("templates.name")}
        rules={[{ required: true, whitespace: true, message: text("templates.nameNeeded") }]}
      >
        <Input maxLength={80} autoFocus />
      </Form.Item>
      <Form.Item
        name="key"
        label={text("templates.key")}
        extra={text("templates.snippetKeyHint")}
        rules={[{ required: true, pattern: KEY, message: text("templates.keyNeeded") }]}
      >
        <Input maxLength={40} disabled={snippet !== undefined} />
      </Form.Item>
      {languages.map((language) => (
        <Form.Item key={language} name={["texts", language]} label={languageName(language, reader)}>
          <Input.TextArea className="mono" rows={5} maxLength={50_000} />
        </Form.Item>
      ))}
    </FormModal>
  );
}

function saidIn(texts: Fields["texts"]): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).flatMap(([language, said = ""]) => (said.trim() === "" ? [] : [[language, said]])));
}
