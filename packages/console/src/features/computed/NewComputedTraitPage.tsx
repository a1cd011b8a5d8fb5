import { listComputedTraits, listComputedTraitTemplates, putComputedTrait } from "@terrace/contract/api/computed-traits";
import { Alert, Button } from "antd";
import { useNavigate, useSearchParams } from "react-router";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FaultAlert } from "../../ui/FaultAlert.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { usePageDraft } from "../../ui/use-draft.ts";
import { computedPath } from "./computed-paths.ts";
import { bodyOf, draftOf, isKey, newTrait, type TraitDraft } from "./trait-draft.ts";
import { TraitEditor } from "./TraitEditor.tsx";
import { useComputedTraits } from "./use-trait-names.ts";

/** Makes a computed trait, from nothing or from a template. */
export function NewComputedTraitPage() {
  const [search] = useSearchParams();
  const asked = search.get("template");
  const templates = useCall(listComputedTraitTemplates, { params: useWorkspaceParams() }, { enabled: asked !== null });
  if (asked === null) return <Making begun={newTrait()} />;
  return (
    <QueryView query={templates} skeleton={8}>
      {({ items }) => {
        const template = items.find(({ key }) => key === asked);
        return <Making begun={template === undefined ? newTrait() : draftOf(template)} />;
      }}
    </QueryView>
  );
}

function Making({ begun }: { readonly begun: TraitDraft }) {
  const text = useText();
  const link = useLink();
  const navigate = useNavigate();
  const params = useWorkspaceParams();
  const { draft, setDraft, leave } = usePageDraft(begun);
  const put = useChange(putComputedTrait, [listComputedTraits]);
  const isTaken = useComputedTraits().some(({ key }) => key === draft.key);
  const body = bodyOf(draft);
  const isReady = body !== undefined && isKey(draft.key) && !isTaken;
  const save = () => {
    if (body === undefined) return;
    put.mutate(
      { params: { ...params, trait: draft.key }, body },
      {
        onSuccess: ({ key }) => {
          leave();
          void navigate(link(computedPath(key)));
        },
      },
    );
  };
  return (
    <>
      <PageHeader
        title={text("computed.new")}
        actions={
          <Button type="primary" loading={put.isPending} disabled={!isReady} onClick={save}>
            {text("common.save")}
          </Button>
        }
      />
      <TraitEditor
        draft={draft}
        onChange={setDraft}
        isNew
        foot={
          <>
            {isTaken ? <Alert type="warning" showIcon title={text("computed.keyTaken")} /> : null}
            {put.error === null ? null : <FaultAlert error={put.error} />}
          </>
        }
      />
    </>
  );
}
