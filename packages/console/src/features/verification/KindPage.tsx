import { deleteVerificationKind, listVerificationKinds, putVerificationKind } from "@terrace/contract/api/verifications";
import { App, Button, Form, Input } from "antd";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText, useWords } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { FaultAlert } from "../../ui/FaultAlert.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { usePageDraft } from "../../ui/use-draft.ts";
import type { VerificationKindView } from "./answers.ts";
import { bodyOf, draftOf, gapsOf, isKey, newKind } from "./kind-draft.ts";
import { KindEditor } from "./KindEditor.tsx";
import { TOUCHES } from "./touches.ts";

/** A kind of verification there is, to change. */
export function KindPage() {
  const text = useText();
  const { kind: key = "" } = useParams();
  const kinds = useCall(listVerificationKinds, { params: useWorkspaceParams() });
  return (
    <QueryView query={kinds} skeleton={8}>
      {({ items }) => {
        const kind = items.find((one) => one.key === key);
        return kind === undefined ? (
          <Panel>
            <EmptyState text={text("verification.noSuchKind")} />
          </Panel>
        ) : (
          <Editing key={kind.key} kind={kind} taken={[]} />
        );
      }}
    </QueryView>
  );
}

/** Makes a kind of verification. */
export function NewKindPage() {
  const kinds = useCall(listVerificationKinds, { params: useWorkspaceParams() });
  return (
    <QueryView query={kinds} skeleton={8}>
      {({ items }) => <Editing taken={items.map(({ key }) => key)} />}
    </QueryView>
  );
}

function Editing({ kind, taken }: { readonly kind?: VerificationKindView; readonly taken: readonly string[] }) {
  const text = useText();
  const words = useWords();
  const link = useLink();
  const navigate = useNavigate();
  const params = useWorkspaceParams();
  const { draft, setDraft, leave } = usePageDraft(() => (kind === undefined ? newKind() : draftOf(kind)));
  const [key, setKey] = useState(kind?.key ?? "");
  const put = useChange(putVerificationKind, TOUCHES);
  const body = bodyOf(draft);
  const keyFits = isKey(key) && !taken.includes(key);
  const save = () => {
    if (body === undefined) return;
    put.mutate(
      { params: { ...params, kind: key }, body },
      {
        onSuccess: () => {
          leave();
          void navigate(link("verification?tab=kinds"));
        },
      },
    );
  };
  const gaps = gapsOf(draft);
  return (
    <>
      <PageHeader
        title={kind === undefined ? text("verification.newKind") : words(kind.name)}
        actions={
          <>
            {kind === undefined ? null : <DeleteKind kind={kind} onGone={leave} />}
            <Button type="primary" loading={put.isPending} disabled={body === undefined || !keyFits} onClick={save}>
              {text("common.save")}
            </Button>
          </>
        }
      />
      <KindEditor
        draft={draft}
        onChange={setDraft}
        head={
          <Form.Item
            label={text("verification.key")}
            extra={text(taken.includes(key) ? "verification.keyTaken" : "verification.keyNote")}
            validateStatus={key === "" || keyFits ? "" : "warning"}
          >
            <Input
              aria-label={text("verification.key")}
              className="mono"
              disabled={kind !== undefined}
              maxLength={40}
              value={key}
              onChange={({ target }) => setKey(target.value)}
            />
          </Form.Item>
        }
      />
      <div className="stack verification-foot">
        {put.error === null ? null : <FaultAlert error={put.error} />}
        {gaps.length === 0 ? null : (
          <p className="small muted">
            {text("verification.missing", { what: gaps.map((gap) => text(`verification.gap.${gap}`)).join(text("verification.and")) })}
          </p>
        )}
      </div>
    </>
  );
}

/** Deletes a kind, once it was said whose verification goes with it. */
function DeleteKind({
  kind: { key, name, verified, waiting },
  onGone,
}: {
  readonly kind: VerificationKindView;
  readonly onGone: () => void;
}) {
  const text = useText();
  const words = useWords();
  const format = useFormat();
  const link = useLink();
  const navigate = useNavigate();
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), kind: key };
  const remove = useChange(deleteVerificationKind, TOUCHES);
  const confirm = () =>
    void modal.confirm({
      title: text("verification.deleteTitle", { name: words(name) }),
      content: text("verification.deleteBody", { count: verified, shown: format.count(verified), waiting: format.count(waiting) }),
      okText: text("common.delete"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: () =>
        remove.mutateAsync({ params }).then(() => {
          onGone();
          void navigate(link("verification?tab=kinds"));
        }, showFault),
    });
  return (
    <Button danger onClick={confirm}>
      {text("common.delete")}
    </Button>
  );
}
