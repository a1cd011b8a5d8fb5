import { getTemplate, listTemplates, updateTemplate, type TemplateDetail } from "@terrace/contract/api/templates";
import { templateContentSchema } from "@terrace/contract/api/templates-content";
import { emptyContent } from "@terrace/domain/templates/content";
import { Button, Select, Tabs } from "antd";
import { useState } from "react";
import { useChange } from "../../app/api/use-call.ts";
import { useLanguage, useText } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Panel } from "../../ui/Panel.tsx";
import { SaveFoot } from "../../ui/SaveFoot.tsx";
import { useDraft } from "../../ui/use-draft.ts";
import { ContentFields } from "./ContentFields.tsx";
import { FindingsPanel } from "./FindingsPanel.tsx";
import { PreviewPanel } from "./PreviewPanel.tsx";
import { DraftSettings } from "./DraftSettings.tsx";
import { languageName, type Content, type Draft } from "./template-words.ts";

const OFFERED = ["zh-cn", "en", "zh-tw", "ja", "ko", "fr", "de", "es", "pt", "ru", "ar", "th", "vi"];

/** The draft by language, with what the check finds and what people would get beside it. */
export function EditorTab({ template }: { readonly template: TemplateDetail }) {
  const text = useText();
  const may = useMay()("touch:write") && template.archivedAt === null;
  const params = { ...useWorkspaceParams(), template: template.id };
  const save = useChange(updateTemplate, [getTemplate, listTemplates]);
  const { draft, change, body, isEdited } = useDraft<Draft, Draft>(template.draft, (one) => one, save);
  const languages = Object.keys(draft.contents);
  const [chosen, setChosen] = useState(draft.defaultLanguage);
  const language = languages.includes(chosen) ? chosen : (languages[0] ?? draft.defaultLanguage);
  const content: Content = draft.contents[language] ?? templateContentSchema.parse(emptyContent(template.channel));
  const put = (next: Content) => change({ ...draft, contents: { ...draft.contents, [language]: next } });
  return (
    <div className="template-editor">
      <div className="stack">
        <Panel
          title={text("templates.content")}
          extra={
            <AddLanguage
              present={languages}
              disabled={!may}
              onAdd={(next) => {
                change({ ...draft, contents: { ...draft.contents, [next]: content } });
                setChosen(next);
              }}
            />
          }
        >
          <LanguageTabs languages={languages} value={language} onChange={setChosen} />
          <ContentFields key={language} content={content} disabled={!may} onChange={put} />
          {may ? (
            <SaveFoot
              save={save}
              note={text("templates.saveNote")}
              canSave={isEdited}
              onSave={() => body !== undefined && save.mutate({ params, body: { ...body, basedOn: template.edition } })}
            >
              {languages.length > 1 && language !== draft.defaultLanguage ? (
                <Button
                  onClick={() =>
                    change({ ...draft, contents: Object.fromEntries(Object.entries(draft.contents).filter(([one]) => one !== language)) })
                  }
                >
                  {text("templates.removeLanguage")}
                </Button>
              ) : null}
            </SaveFoot>
          ) : null}
        </Panel>
        <DraftSettings draft={draft} disabled={!may} onChange={change} />
        <FindingsPanel template={template.id} draft={draft} onLanguage={setChosen} />
      </div>
      <PreviewPanel template={template.id} language={language} content={content} />
    </div>
  );
}

type TabsProps = { readonly languages: readonly string[]; readonly value: string; readonly onChange: (language: string) => void };

function LanguageTabs({ languages, value, onChange }: TabsProps) {
  const reader = useLanguage();
  return <Tabs activeKey={value} onChange={onChange} items={languages.map((key) => ({ key, label: languageName(key, reader) }))} />;
}

type AddProps = { readonly present: readonly string[]; readonly disabled: boolean; readonly onAdd: (language: string) => void };

function AddLanguage({ present, disabled, onAdd }: AddProps) {
  const text = useText();
  const reader = useLanguage();
  return (
    <Select<string>
      className="template-filter"
      size="small"
      disabled={disabled}
      aria-label={text("templates.addLanguage")}
      placeholder={text("templates.addLanguage")}
      value={null}
      onChange={onAdd}
      options={OFFERED.filter((one) => !present.includes(one)).map((value) => ({ value, label: languageName(value, reader) }))}
    />
  );
}
