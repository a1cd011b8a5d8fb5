import { listPurposes } from "@terrace/contract/api/consent";
import { Checkbox, Select } from "antd";
import { useCall } from "../../app/api/use-call.ts";
import { useLanguage, useText, useWords } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Panel } from "../../ui/Panel.tsx";
import { languageName, type Draft } from "./template-words.ts";

type Props = { readonly draft: Draft; readonly disabled: boolean; readonly onChange: (next: Draft) => void };

/** What a template is for, and what people get whose language is not there. */
export function DraftSettings({ draft, disabled, onChange }: Props) {
  const text = useText();
  const reader = useLanguage();
  const words = useWords();
  const may = useMay()("people:read");
  const purposes = useCall(listPurposes, { params: useWorkspaceParams() }, { enabled: may });
  const offered = (purposes.data?.items ?? [])
    .filter(({ active, key }) => active || key === draft.purpose)
    .map((one) => ({ value: one.key, label: words({ zh: one.nameZh, en: one.nameEn }) }));
  const options = offered.some(({ value }) => value === draft.purpose)
    ? offered
    : [...offered, { value: draft.purpose, label: draft.purpose }];
  return (
    <Panel title={text("templates.settings")} label={text("templates.settings")}>
      <div className="stack">
        <div className="template-field">
          <span className="small muted">{text("templates.purpose")}</span>
          <Select
            aria-label={text("templates.purpose")}
            disabled={disabled}
            value={draft.purpose}
            onChange={(purpose) => onChange({ ...draft, purpose })}
            options={options}
          />
        </div>
        <div className="template-field">
          <span className="small muted">{text("templates.defaultLanguage")}</span>
          <Select
            aria-label={text("templates.defaultLanguage")}
            disabled={disabled}
            value={draft.defaultLanguage}
            onChange={(defaultLanguage) => onChange({ ...draft, defaultLanguage })}
            options={Object.keys(draft.contents).map((value) => ({ value, label: languageName(value, reader) }))}
          />
        </div>
        <div className="template-field">
          <span className="small muted">{text("templates.tags")}</span>
          <Select
            mode="tags"
            aria-label={text("templates.tags")}
            disabled={disabled}
            value={draft.tags}
            maxCount={10}
            onChange={(tags) => onChange({ ...draft, tags: tags.map((tag) => tag.trim().slice(0, 30)).filter((tag) => tag !== "") })}
          />
        </div>
        <Checkbox
          disabled={disabled}
          checked={draft.transactional}
          onChange={({ target }) => onChange({ ...draft, transactional: target.checked })}
        >
          {text("templates.transactional")}
        </Checkbox>
        <p className="small muted">{text("templates.transactionalHint")}</p>
      </div>
    </Panel>
  );
}
