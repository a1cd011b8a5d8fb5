import { listPeople } from "@terrace/contract/api/people";
import { listTags } from "@terrace/contract/api/person-remarks";
import { deleteTagRule, listTagRules, updateTagRule, type TagRuleView } from "@terrace/contract/api/tag-rules";
import { App, Button, Tag } from "antd";
import { Link, useNavigate, useParams } from "react-router";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { SaveFoot } from "../../ui/SaveFoot.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { useDraft } from "../../ui/use-draft.ts";
import { ConditionText } from "../conditions/ConditionText.tsx";
import { KeepText } from "./KeepText.tsx";
import { bodyOf, draftOf } from "./tag-rule-draft.ts";
import { LIVE_MS, peopleOfTagPath } from "./tag-rule-paths.ts";
import { TagRuleEditor } from "./TagRuleEditor.tsx";

const TOUCHES = [listTagRules, listTags, listPeople];

/** One tag rule: whom it holds, and what it shall do from now on. */
export function TagRulePage() {
  const { rule = "" } = useParams();
  const text = useText();
  const rules = useCall(listTagRules, { params: useWorkspaceParams() }, { refetchMs: LIVE_MS });
  return (
    <QueryView query={rules} skeleton={8}>
      {({ items }) => {
        const found = items.find(({ id }) => id === rule);
        return found === undefined ? (
          <>
            <PageHeader title={text("nav.tagRules")} />
            <Panel>
              <EmptyState text={text("tagRules.gone")} />
            </Panel>
          </>
        ) : (
          <RuleShown key={found.id} rule={found} />
        );
      }}
    </QueryView>
  );
}

function RuleShown({ rule }: { readonly rule: TagRuleView }) {
  const text = useText();
  const format = useFormat();
  const write = useMay()("segments:write");
  const { stage } = rule.live;
  return (
    <>
      <PageHeader
        title={rule.name}
        tags={<Tag className={stage === "live" ? "badge-on" : ""}>{text(`segments.stageName.${stage}`)}</Tag>}
        meta={<span>{text("segments.madeBy", { by: rule.createdBy, time: format.tableTime(rule.createdAt) })}</span>}
        actions={write ? <DeleteRule rule={rule} /> : null}
      />
      <div className="stack">
        <Facts rule={rule} />
        {write ? <ChangeRule rule={rule} /> : null}
      </div>
    </>
  );
}

function Facts({ rule: { tag, tagged, people, keep, rule } }: { readonly rule: TagRuleView }) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  return (
    <Panel>
      <dl className="segment-facts">
        <div>
          <dt>{text("tagRules.tagged")}</dt>
          <dd className="segment-size">
            <Link to={link(peopleOfTagPath(tag))}>{format.count(tagged)}</Link>
          </dd>
        </div>
        <div>
          <dt>{text("tagRules.people")}</dt>
          <dd className="segment-size">{format.count(people)}</dd>
        </div>
        <div>
          <dt>{text("insight.tag")}</dt>
          <dd>{tag}</dd>
          <dd className="small muted">
            <KeepText keep={keep} />
          </dd>
        </div>
        <div className="segment-who">
          <dt>{text("segments.rule")}</dt>
          <dd>
            <ConditionText condition={rule} />
          </dd>
        </div>
      </dl>
    </Panel>
  );
}

function ChangeRule({ rule }: { readonly rule: TagRuleView }) {
  const text = useText();
  const { message } = App.useApp();
  const save = useChange(updateTagRule, TOUCHES);
  const { draft, change, body, canSave } = useDraft(draftOf(rule), bodyOf, save);
  const params = { ...useWorkspaceParams(), rule: rule.id };
  const submit = () => {
    if (body === undefined) return;
    const { rule: asked, ...others } = body;
    // Everyone is looked at again only where the rule is another one.
    const same = JSON.stringify(asked) === JSON.stringify(rule.rule);
    save.mutate({ params, body: same ? others : body }, { onSuccess: () => void message.success(text("tagRules.saved")) });
  };
  return (
    <TagRuleEditor
      draft={draft}
      onChange={change}
      foot={<SaveFoot save={save} note={text("tagRules.changeNote")} canSave={canSave} onSave={submit} />}
    />
  );
}

/** Deletes a rule, once it was said whose tags go with it. */
function DeleteRule({ rule: { id, name, tag, tagged } }: { readonly rule: TagRuleView }) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  const navigate = useNavigate();
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), rule: id };
  const remove = useChange(deleteTagRule, TOUCHES);
  const confirm = () =>
    void modal.confirm({
      title: text("tagRules.deleteTitle", { name }),
      content: text("tagRules.deleteBody", { tag, count: tagged, shown: format.count(tagged) }),
      okText: text("common.delete"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: () => remove.mutateAsync({ params }).then(() => navigate(link("tag-rules")), showFault),
    });
  return (
    <Button danger onClick={confirm}>
      {text("common.delete")}
    </Button>
  );
}
