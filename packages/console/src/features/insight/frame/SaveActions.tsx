import { AppstoreAddOutlined, SaveOutlined } from "@ant-design/icons";
import {
  createSavedAnalysis,
  getSavedAnalysis,
  listSavedAnalyses,
  updateSavedAnalysis,
  type SavedAnalysis,
} from "@terrace/contract/api/insight-saved";
import type { RouteContract } from "@terrace/contract/route";
import { App, Button, Form, Input } from "antd";
import { useState } from "react";
import { useChange } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { usePhone } from "../../../app/theme/use-screen.ts";
import { useMay, useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { FormModal } from "../../../ui/FormModal.tsx";
import { useFaultMessage } from "../../../ui/use-fault-text.ts";
import { AddToDashboard } from "./AddToDashboard.tsx";
import { isSavedState } from "./saved-state.ts";
import type { Analysis } from "./use-analysis.ts";

const NAME_MAX = 80;

type Props<C extends RouteContract> = { readonly analysis: Analysis<C>; readonly kindName: string };
/** An analysis as it is saved. */
export type Question = Pick<SavedAnalysis, "kind" | "query" | "display">;

/** Keeps the analysis on screen: under a name, in place of what was saved, or on a dashboard. */
export function SaveActions<C extends RouteContract>({ analysis, kindName }: Props<C>) {
  const text = useText();
  const may = useMay();
  const phone = usePhone();
  const params = useWorkspaceParams();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const [dialog, setDialog] = useState<"name" | "dashboard">();
  const create = useChange(createSavedAnalysis, [listSavedAnalyses]);
  const update = useChange(updateSavedAnalysis, [listSavedAnalyses, getSavedAnalysis]);
  if (!may("insight:write") || phone) return null;
  const { saved } = analysis;
  const question = questionOf(analysis);
  const close = () => setDialog(undefined);
  const saveAs = ({ name }: { readonly name: string }) =>
    create.mutate(
      { params, body: { name, ...question } },
      {
        onSuccess: ({ id }) => {
          close();
          void message.success(text("common.saved"));
          analysis.open(id);
        },
        onError: showFault,
      },
    );
  const save = () => {
    if (saved === undefined || !saved.mayChange) return setDialog("name");
    update.mutate(
      { params: { ...params, analysis: saved.id }, body: { ...question, basedOn: saved.version } },
      {
        onSuccess: () => {
          void message.success(text("common.saved"));
          analysis.open(saved.id);
        },
        onError: showFault,
      },
    );
  };
  return (
    <>
      <Button icon={<AppstoreAddOutlined />} onClick={() => setDialog("dashboard")}>
        {text("insight.toDashboard")}
      </Button>
      <Button
        type="primary"
        icon={<SaveOutlined />}
        loading={update.isPending}
        disabled={analysis.gaps > 0 || isSavedState(analysis)}
        onClick={save}
      >
        {text(saved === undefined ? "common.save" : saved.mayChange ? "insight.saveChanges" : "insight.saveAs")}
      </Button>
      {dialog === "name" ? (
        <FormModal<{ name: string }>
          title={text("insight.saveAnalysis")}
          okText={text("common.save")}
          busy={create.isPending}
          initialValues={{ name: saved === undefined ? "" : saved.name.slice(0, NAME_MAX) }}
          onSubmit={saveAs}
          onClose={close}
        >
          <Form.Item
            name="name"
            label={text("insight.analysisName")}
            rules={[{ required: true, whitespace: true, message: text("signIn.required") }]}
          >
            <Input maxLength={NAME_MAX} placeholder={kindName} autoFocus />
          </Form.Item>
        </FormModal>
      ) : null}
      {dialog === "dashboard" ? (
        <AddToDashboard
          name={saved?.name ?? kindName}
          content={isSavedState(analysis) && saved !== undefined ? { kind: "analysis", analysis: saved.id } : questionTile(question)}
          onClose={close}
        />
      ) : null}
    </>
  );
}

function questionOf<C extends RouteContract>({ kind, draft, display }: Analysis<C>): Question {
  // The kinds of pages are those of routes, and a question is JSON: it goes into a body as it is.
  return { kind: kind as Question["kind"], query: draft as Question["query"], display };
}

function questionTile({ kind, query, display }: Question) {
  return { kind: "question" as const, ask: { kind, query }, display };
}
