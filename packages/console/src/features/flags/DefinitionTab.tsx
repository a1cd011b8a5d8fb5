import { updateFlag, type FlagView } from "@terrace/contract/api/flags";
import { Alert, App, Button, Input } from "antd";
import { useState } from "react";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FaultAlert } from "../../ui/FaultAlert.tsx";
import { useUnsavedGuard } from "../../ui/use-unsaved-guard.ts";
import { AskedRule } from "./AskedRule.tsx";
import { DefinitionView } from "./DefinitionView.tsx";
import { EnvironmentEditor } from "./EnvironmentEditor.tsx";
import { NO_ENVIRONMENT, type Definition, type FlagDraft } from "./flag-parts.ts";
import { FLAG_TOUCHES } from "./flag-touches.ts";
import "./flags.css";
import { useEnvironments } from "./use-environments.ts";
import { useGaps } from "./use-gaps.ts";
import { ValuesEditor } from "./ValuesEditor.tsx";

const draftOf = ({ name, description, expiresAt, definition }: FlagView): FlagDraft => ({ name, description, expiresAt, definition });

/** What a flag is, to change by whoever may, else to read. */
export function DefinitionTab({ flag }: { readonly flag: FlagView }) {
  const may = useMay()("experiments:write");
  const { nameOf } = useEnvironments();
  if (!may || flag.archived) return <DefinitionView definition={flag.definition} nameOf={nameOf} />;
  return <Editing flag={flag} />;
}

function Editing({ flag }: { readonly flag: FlagView }) {
  const [base, setBase] = useState(flag);
  const [draft, setDraft] = useState(() => draftOf(flag));
  // Drawn anew, fields take what is there now, not what was written into them.
  const [drawn, setDrawn] = useState(0);
  const isChanged = JSON.stringify(draft) !== JSON.stringify(draftOf(base));
  const load = (next: FlagView) => {
    setBase(next);
    setDraft(draftOf(next));
    setDrawn((before) => before + 1);
  };
  if (flag !== base && !isChanged) load(flag);
  return (
    <Form
      key={drawn}
      base={base}
      draft={draft}
      onDraft={setDraft}
      isChanged={isChanged}
      newer={flag.version > base.version ? () => load(flag) : undefined}
      onSaved={load}
    />
  );
}

type FormProps = {
  readonly base: FlagView;
  readonly draft: FlagDraft;
  readonly onDraft: (draft: FlagDraft) => void;
  readonly isChanged: boolean;
  /** Loads what is in force by now, where that is not what the draft was made of. */
  readonly newer: (() => void) | undefined;
  readonly onSaved: (flag: FlagView) => void;
};

function Form({ base, draft, onDraft, isChanged, newer, onSaved }: FormProps) {
  const text = useText();
  const { environments } = useEnvironments();
  const gaps = useGaps();
  useUnsavedGuard(() => isChanged);
  const edit = (change: Partial<Definition>) => onDraft({ ...draft, definition: { ...draft.definition, ...change } });
  return (
    <div className="stack">
      {newer === undefined ? null : (
        <Alert
          type="warning"
          showIcon
          title={text("flags.newerTitle")}
          description={text("flags.newerBody")}
          action={
            <Button size="small" onClick={newer}>
              {text("flags.loadNewest")}
            </Button>
          }
        />
      )}
      {environments.map((environment) => (
        <EnvironmentEditor
          key={environment.key}
          flag={base.key}
          of={environment}
          type={draft.definition.type}
          first={draft.definition.defaultValue}
          environment={draft.definition.environments[environment.key] ?? NO_ENVIRONMENT}
          onChange={(next) => edit({ environments: { ...draft.definition.environments, [environment.key]: next } })}
        />
      ))}
      <AskedRule
        flag={base.key}
        definition={draft.definition}
        onAdd={(key, rule) => {
          const before = draft.definition.environments[key] ?? NO_ENVIRONMENT;
          edit({ environments: { ...draft.definition.environments, [key]: { ...before, rules: [...before.rules, rule] } } });
        }}
      />
      <ValuesEditor flag={base.key} draft={draft} onDraft={onDraft} gaps={gaps} />
      {isChanged ? <SaveBar base={base} draft={draft} isWhole={!gaps.hasGaps && draft.name.trim() !== ""} onSaved={onSaved} /> : null}
    </div>
  );
}

type SaveProps = Pick<FormProps, "base" | "draft" | "onSaved"> & { readonly isWhole: boolean };

function SaveBar({ base, draft, isWhole, onSaved }: SaveProps) {
  const text = useText();
  const { message } = App.useApp();
  const [note, setNote] = useState("");
  const params = { ...useWorkspaceParams(), flag: base.key };
  const save = useChange(updateFlag, FLAG_TOUCHES);
  const submit = () =>
    save.mutate(
      { params, body: { ...draft, baseVersion: base.version, note } },
      {
        onSuccess: (saved) => {
          void message.success(text(saved.openChange === base.openChange ? "flags.saved" : "flags.asked"));
          onSaved(saved);
        },
      },
    );
  return (
    <>
      {save.error === null ? null : <FaultAlert error={save.error} />}
      <div className="flag-bar">
        <span className="muted">{text("flags.unsaved")}</span>
        <Input
          aria-label={text("flags.note")}
          placeholder={text("flags.note")}
          maxLength={500}
          value={note}
          onChange={({ target }) => setNote(target.value)}
        />
        <Button onClick={() => onSaved(base)}>{text("common.unsavedLeave")}</Button>
        <Button type="primary" disabled={!isWhole} loading={save.isPending} onClick={submit}>
          {text("common.save")}
        </Button>
      </div>
    </>
  );
}
