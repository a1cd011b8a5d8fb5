import { AppstoreAddOutlined, EllipsisOutlined, ExportOutlined, SaveOutlined } from "@ant-design/icons";
import {
  createSavedAnalysis,
  getSavedAnalysis,
  listSavedAnalyses,
  updateSavedAnalysis,
  type SavedAnalysis,
} from "@terrace/contract/api/insight-saved";
import type { RouteContract } from "@terrace/contract/route";
import { App, Button, Dropdown, Form, Input } from "antd";
import { useState } from "react";
import { useChange } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { usePhone } from "../../../app/theme/use-screen.ts";
import { useMay, useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { FormModal } from "../../../ui/FormModal.tsx";
import { useFaultMessage } from "../../../ui/use-fault-text.ts";
import { AddToDashboard } from "./AddToDashboard.tsx";
import { ExportMenu, type Exports } from "./ExportMenu.tsx";
import { isSavedState } from "./saved-state.ts";
import type { Analysis } from "./use-analysis.ts";

const NAME_MAX = 80;

type Props<C extends RouteContract> = { readonly analysis: Analysis<C>; readonly kindName: string; readonly exports: Exports };
/** An analysis as it is saved. */
export type Question = Pick<SavedAnalysis, "kind" | "query" | "display">;
type Dialog = "name" | "dashboard";

/** Keeps or takes away the analysis on screen: as a file, under a name, in place of what was saved, or on a dashboard. A phone has room for one button. */
export function KeepActions<C extends RouteContract>({ analysis, kindName, exports }: Props<C>) {
  const text = useText();
  const may = useMay();
  const phone = usePhone();
  const [dialog, setDialog] = useState<Dialog>();
  const { save, saveAs, saving, naming } = useSaving(analysis, setDialog);
  if (!may("insight:write")) return <ExportMenu exports={exports} />;
  const saveWords = text(
    analysis.saved === undefined ? "common.save" : analysis.saved.mayChange ? "insight.saveChanges" : "insight.saveAs",
  );
  const nothingToSave = analysis.gaps > 0 || isSavedState(analysis);
  return (
    <>
      {phone ? (
        <Dropdown
          trigger={["click"]}
          menu={{
            items: [
              { key: "save", label: saveWords, icon: <SaveOutlined />, disabled: nothingToSave, onClick: save },
              {
                key: "dashboard",
                label: text("insight.toDashboard"),
                icon: <AppstoreAddOutlined />,
                onClick: () => setDialog("dashboard"),
              },
              ...exports.items.map((item) => ({ ...item, icon: <ExportOutlined />, disabled: exports.disabled })),
            ],
          }}
        >
          <Button icon={<EllipsisOutlined />} loading={saving} aria-label={text("common.more")} />
        </Dropdown>
      ) : (
        <>
          <ExportMenu exports={exports} />
          <Button icon={<AppstoreAddOutlined />} onClick={() => setDialog("dashboard")}>
            {text("insight.toDashboard")}
          </Button>
          <Button type="primary" icon={<SaveOutlined />} loading={saving} disabled={nothingToSave} onClick={save}>
            {saveWords}
          </Button>
        </>
      )}
      {dialog === "name" ? (
        <NameDialog analysis={analysis} kindName={kindName} busy={naming} onName={saveAs} onClose={() => setDialog(undefined)} />
      ) : null}
      {dialog === "dashboard" ? (
        <AddToDashboard name={analysis.saved?.name ?? kindName} content={tileOf(analysis)} onClose={() => setDialog(undefined)} />
      ) : null}
    </>
  );
}

/** Saves in place of what was saved, or under a name that is asked for. */
function useSaving<C extends RouteContract>(analysis: Analysis<C>, setDialog: (dialog: Dialog | undefined) => void) {
  const text = useText();
  const params = useWorkspaceParams();
  const { message } = App.useApp();
  const onError = useFaultMessage();
  const create = useChange(createSavedAnalysis, [listSavedAnalyses]);
  const update = useChange(updateSavedAnalysis, [listSavedAnalyses, getSavedAnalysis]);
  const { saved } = analysis;
  const onSuccess = ({ id }: { readonly id: string }) => {
    setDialog(undefined);
    void message.success(text("common.saved"));
    analysis.open(id);
  };
  return {
    saveAs: (name: string) => create.mutate({ params, body: { name, ...questionOf(analysis) } }, { onSuccess, onError }),
    save: () => {
      if (saved === undefined || !saved.mayChange) return setDialog("name");
      const body = { ...questionOf(analysis), basedOn: saved.version };
      update.mutate({ params: { ...params, analysis: saved.id }, body }, { onSuccess: () => onSuccess(saved), onError });
    },
    saving: update.isPending,
    naming: create.isPending,
  };
}

type NameDialogProps<C extends RouteContract> = Pick<Props<C>, "analysis" | "kindName"> & {
  readonly busy: boolean;
  readonly onName: (name: string) => void;
  readonly onClose: () => void;
};

function NameDialog<C extends RouteContract>({ analysis: { saved }, kindName, busy, onName, onClose }: NameDialogProps<C>) {
  const text = useText();
  return (
    <FormModal<{ name: string }>
      title={text("insight.saveAnalysis")}
      okText={text("common.save")}
      busy={busy}
      initialValues={{ name: saved === undefined ? "" : saved.name.slice(0, NAME_MAX) }}
      onSubmit={({ name }) => onName(name)}
      onClose={onClose}
    >
      <Form.Item
        name="name"
        label={text("insight.analysisName")}
        rules={[{ required: true, whitespace: true, message: text("signIn.required") }]}
      >
        <Input maxLength={NAME_MAX} placeholder={kindName} autoFocus />
      </Form.Item>
    </FormModal>
  );
}

function questionOf<C extends RouteContract>({ kind, draft, display }: Analysis<C>): Question {
  // The kinds of pages are those of routes, and a question is JSON: it goes into a body as it is.
  return { kind: kind as Question["kind"], query: draft as Question["query"], display };
}

/** A tile of the analysis: the saved one while it is on screen as it was saved, or the question itself. */
function tileOf<C extends RouteContract>(analysis: Analysis<C>) {
  const { saved } = analysis;
  if (isSavedState(analysis) && saved !== undefined) return { kind: "analysis" as const, analysis: saved.id };
  const { kind, query, display } = questionOf(analysis);
  return { kind: "question" as const, ask: { kind, query }, display };
}
