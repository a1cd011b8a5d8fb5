import { listPyramids, putPyramid } from "@terrace/contract/api/pyramids";
import { MAIN_PYRAMID } from "@terrace/domain/traits/computed-traits";
import { Button, Form, Input } from "antd";
import { useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { useCall, useChange } from "../../../app/api/use-call.ts";
import { useText, useWords } from "../../../app/i18n.ts";
import { useLink, useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { FaultAlert } from "../../../ui/FaultAlert.tsx";
import { PageHeader } from "../../../ui/PageHeader.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { QueryView } from "../../../ui/QueryView.tsx";
import { usePageDraft } from "../../../ui/use-draft.ts";
import { freeKey } from "../free-key.ts";
import { EMPTY, pyramidPath } from "../pyramid-paths.ts";
import { RULE_TOUCHES } from "../touches.ts";
import { bodyOf, draftOf, emptyDraft, type PyramidDraft } from "./pyramid-draft.ts";
import { useTemplates } from "../use-templates.ts";
import { PyramidEditor } from "./PyramidEditor.tsx";

const KEY = /^[a-z][a-z0-9_]{0,29}$/;

/** Makes a pyramid of the template that the address names, changed before it is switched on, or of nothing. */
export function NewPyramidPage() {
  const text = useText();
  const words = useWords();
  const params = useWorkspaceParams();
  const [search] = useSearchParams();
  const templates = useTemplates();
  const others = useCall(listPyramids, { params });
  return (
    <QueryView query={templates} skeleton={8}>
      {({ items }) => {
        if (search.get("template") === EMPTY)
          return (
            <QueryView query={others} skeleton={8}>
              {(known) => (
                <NewPyramid
                  title={text("pyramids.newTitle")}
                  from={emptyDraft()}
                  as={MAIN_PYRAMID}
                  taken={known.items.map(({ key }) => key)}
                />
              )}
            </QueryView>
          );
        const found = items.find(({ kind }) => kind === search.get("template")) ?? items[0];
        if (found === undefined)
          return (
            <Panel>
              <EmptyState text={text("pyramids.noTemplate")} />
            </Panel>
          );
        return (
          <QueryView query={others} skeleton={8}>
            {(known) => (
              <NewPyramid
                key={found.kind}
                title={words(found.body.name)}
                from={draftOf(found.body)}
                as={found.key}
                taken={known.items.map(({ key }) => key)}
              />
            )}
          </QueryView>
        );
      }}
    </QueryView>
  );
}

type NewProps = {
  readonly title: string;
  readonly from: PyramidDraft;
  /** The key that it has where that is free. */
  readonly as: string;
  readonly taken: readonly string[];
};

function NewPyramid({ title, from, as, taken }: NewProps) {
  const text = useText();
  const link = useLink();
  const navigate = useNavigate();
  const params = useWorkspaceParams();
  const { draft, setDraft, leave } = usePageDraft(from);
  const [key, setKey] = useState(() => freeKey(as, taken));
  const put = useChange(putPyramid, RULE_TOUCHES);
  const body = bodyOf(draft);
  const keyFits = KEY.test(key) && !taken.includes(key);
  const save = () => {
    if (body === undefined) return;
    put.mutate(
      { params: { ...params, pyramid: key }, body: { ...body, basedOn: 0 } },
      {
        onSuccess: () => {
          leave();
          void navigate(link(pyramidPath(key)));
        },
      },
    );
  };
  return (
    <>
      <PageHeader
        title={title}
        actions={
          <Button type="primary" loading={put.isPending} disabled={body === undefined || !keyFits} onClick={save}>
            {text("classes.switchOn")}
          </Button>
        }
      />
      <PyramidEditor
        draft={draft}
        onChange={setDraft}
        head={
          <Form.Item label={text("pyramids.key")} extra={text("pyramids.keyNote")} validateStatus={keyFits ? "" : "warning"}>
            <Input
              aria-label={text("pyramids.key")}
              className="mono"
              maxLength={30}
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
