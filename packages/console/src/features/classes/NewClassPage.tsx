import { getClass, listClasses, putClass } from "@terrace/contract/api/classes";
import { listClassification } from "@terrace/contract/api/privacy";
import { CLASS_TEMPLATE_KINDS } from "@terrace/domain/classes/class-templates";
import { CLASS_KEY } from "@terrace/domain/traits/computed-traits";
import { Button, Form, Input } from "antd";
import { useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FaultAlert } from "../../ui/FaultAlert.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { usePageDraft } from "../../ui/use-draft.ts";
import { bodyOf, draftOf, newClass, type ClassDraft } from "./class-draft.ts";
import { ClassEditor } from "./ClassEditor.tsx";
import { classPath } from "./class-paths.ts";
import { useTemplates } from "./use-templates.ts";

/** Keys of own classes begin with it. */
const OWN_KEY = "class_";

/** Makes a class: from nothing, or of the template that the address names. */
export function NewClassPage() {
  const [search] = useSearchParams();
  const template = search.get("template") ?? "";
  if (template === "") return <NewClass start={newClass()} />;
  return <OfTemplate template={template} kind={CLASS_TEMPLATE_KINDS.find((one) => one === search.get("kind")) ?? "shop"} />;
}

function OfTemplate({ template, kind }: { readonly template: string; readonly kind: (typeof CLASS_TEMPLATE_KINDS)[number] }) {
  const templates = useTemplates(kind);
  return (
    <QueryView query={templates} skeleton={8}>
      {({ items }) => {
        const found = items.find(({ key }) => key === template);
        return found === undefined ? <NewClass start={newClass()} /> : <NewClass start={draftOf(found)} given={found.key} />;
      }}
    </QueryView>
  );
}

function NewClass({ start, given }: { readonly start: ClassDraft; readonly given?: string }) {
  const text = useText();
  const link = useLink();
  const navigate = useNavigate();
  const params = useWorkspaceParams();
  const { begun, draft, setDraft, leave } = usePageDraft(start);
  const [key, setKey] = useState(given ?? OWN_KEY);
  const others = useCall(listClasses, { params });
  const put = useChange(putClass, [listClasses, getClass, listClassification]);
  const taken = others.data?.items.some((one) => one.key === key) === true;
  const keyFits = CLASS_KEY.test(key);
  const body = bodyOf(draft);
  const save = () => {
    if (body === undefined) return;
    put.mutate(
      { params: { ...params, class: key }, body },
      {
        onSuccess: () => {
          leave();
          void navigate(link(classPath(key)));
        },
      },
    );
  };
  return (
    <>
      <PageHeader
        title={given === undefined ? text("classes.new") : begun.name}
        actions={
          <Button
            type="primary"
            loading={put.isPending}
            disabled={body === undefined || !keyFits || taken || others.data === undefined}
            onClick={save}
          >
            {text("classes.switchOn")}
          </Button>
        }
      />
      <ClassEditor
        draft={draft}
        onChange={setDraft}
        head={
          <Form.Item
            label={text("classes.key")}
            extra={taken ? text("classes.keyTaken") : given === undefined ? text("classes.keyNote") : null}
            validateStatus={keyFits && !taken ? "" : "warning"}
          >
            <Input
              aria-label={text("classes.key")}
              className="mono"
              disabled={given !== undefined}
              maxLength={40}
              value={key}
              onChange={({ target }) => setKey(target.value)}
            />
          </Form.Item>
        }
        foot={put.error === null ? null : <FaultAlert error={put.error} />}
      />
    </>
  );
}
