import { previewTemplate, previewTemplateAs, type TemplatePreview } from "@terrace/contract/api/templates-preview";
import { Alert, Input, Segmented } from "antd";
import { useMemo, useState } from "react";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useSettled } from "../../app/shell/use-palette.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { PersonPicker } from "../merges/PersonPicker.tsx";
import { MessageShown } from "./MessageShown.tsx";
import type { Content } from "./template-words.ts";

type Props = { readonly template: string; readonly language: string; readonly content: Content };
type Asked = { readonly language: string; readonly content: Content; readonly event: Record<string, never> };
const SETTLE_MS = 400;
const WHO = ["made_up", "real"] as const;

/** What somebody would get of the draft as it is on screen; nothing is sent. */
export function PreviewPanel({ template, language, content }: Props) {
  const text = useText();
  const maySeePeople = useMay()("people:read");
  const [who, setWho] = useState<(typeof WHO)[number]>("made_up");
  const [person, setPerson] = useState("");
  const [name, setName] = useState("");
  const asked = useSettled(
    useMemo(() => ({ language, content, event: {} }), [language, content]),
    SETTLE_MS,
  );
  return (
    <Panel title={text("templates.preview")} label={text("templates.preview")} className="template-preview">
      <div className="stack">
        {maySeePeople ? (
          <Segmented
            aria-label={text("templates.previewFor")}
            value={who}
            onChange={setWho}
            options={WHO.map((value) => ({ value, label: text(`templates.previewOf.${value}`) }))}
          />
        ) : null}
        {who === "real" ? (
          <PersonPicker except="" value={person} onPick={setPerson} />
        ) : (
          <Input
            aria-label={text("templates.madeUpName")}
            placeholder={text("templates.madeUpName")}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
        {who === "real" ? (
          person === "" ? (
            <p className="muted">{text("templates.pickSomebody")}</p>
          ) : (
            <AsPerson template={template} person={person} asked={asked} />
          )
        ) : (
          <MadeUp template={template} name={name} asked={asked} />
        )}
      </div>
    </Panel>
  );
}

type Shown = { readonly template: string; readonly asked: Asked };

function MadeUp({ template, name, asked }: Shown & { readonly name: string }) {
  const known = name.trim() === "" ? {} : { name, first_name: name };
  const body = { ...asked, person: known };
  const preview = useCall(previewTemplate, { params: { ...useWorkspaceParams(), template }, body }, { keepPrevious: true });
  return <QueryView query={preview}>{(data) => <Answer preview={data} />}</QueryView>;
}

function AsPerson({ template, person, asked }: Shown & { readonly person: string }) {
  const preview = useCall(
    previewTemplateAs,
    { params: { ...useWorkspaceParams(), template, person }, body: asked },
    { keepPrevious: true },
  );
  return <QueryView query={preview}>{(data) => <Answer preview={data} />}</QueryView>;
}

function Answer({ preview: { message, fault } }: { readonly preview: TemplatePreview }) {
  const text = useText();
  if (message !== null) return <MessageShown message={message} />;
  const variable = fault?.details["variable"];
  return (
    <Alert
      type="warning"
      showIcon
      title={
        typeof variable === "string"
          ? text("templates.variableMissing", { variable })
          : text("templates.notMade", { why: fault?.mend ?? "" })
      }
    />
  );
}
