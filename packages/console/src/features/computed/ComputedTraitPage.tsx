import {
  deleteComputedTrait,
  getComputedTrait,
  getComputedTraitSpread,
  listComputedTraits,
  putComputedTrait,
} from "@terrace/contract/api/computed-traits";
import { listPeople } from "@terrace/contract/api/people";
import { Alert, App, Button } from "antd";
import { Link, useNavigate, useParams } from "react-router";
import type { CallAnswer } from "../../app/api/client.ts";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText, useWords } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { SaveFoot } from "../../ui/SaveFoot.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { useDraft } from "../../ui/use-draft.ts";
import { useEventNames } from "../events/use-event-names.ts";
import { UsedBy } from "../segments/UsedBy.tsx";
import { LIVE_MS, peopleHavingPath } from "./computed-paths.ts";
import { DefinitionText } from "./DefinitionText.tsx";
import { SpreadShown } from "./SpreadShown.tsx";
import { StatusTag } from "./StatusTag.tsx";
import { bodyOf, draftOf } from "./trait-draft.ts";
import { TraitEditor } from "./TraitEditor.tsx";
import "../segments/segments.css";
import "./computed.css";

type Shown = CallAnswer<typeof getComputedTrait>;

/** One computed trait: how its values stand, what it comes from, what uses it, and how it is reckoned from now on. */
export function ComputedTraitPage() {
  const { trait = "" } = useParams();
  const params = { ...useWorkspaceParams(), trait };
  const shown = useCall(getComputedTrait, { params }, { refetchMs: LIVE_MS });
  return (
    <QueryView query={shown} skeleton={8}>
      {(answer) => <TraitShown key={answer.key} trait={answer} />}
    </QueryView>
  );
}

function TraitShown({ trait }: { readonly trait: Shown }) {
  const text = useText();
  const words = useWords();
  const format = useFormat();
  const write = useMay()("segments:write");
  return (
    <>
      <PageHeader
        title={words(trait.name)}
        tags={<StatusTag trait={trait} />}
        meta={<span>{text("segments.madeBy", { by: trait.createdBy, time: format.tableTime(trait.createdAt) })}</span>}
        actions={write ? <DeleteTrait trait={trait} /> : null}
      />
      <div className="stack">
        {trait.status === "failed" ? <Alert type="warning" showIcon title={text("computed.failed")} /> : null}
        <Facts trait={trait} />
        <div className="segment-two">
          <Spread trait={trait} />
          <Lineage trait={trait} />
        </div>
        {write ? <ChangeTrait trait={trait} /> : null}
      </div>
    </>
  );
}

function Facts({ trait: { trait, people, type, unit, definition, live } }: { readonly trait: Shown }) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  return (
    <Panel>
      <dl className="segment-facts">
        <div>
          <dt>{text("computed.people")}</dt>
          <dd className="segment-size">
            <Link to={link(peopleHavingPath(trait))}>{format.count(people)}</Link>
          </dd>
        </div>
        <div>
          <dt>{text("computed.type")}</dt>
          <dd>{text(`computed.type.${type}`)}</dd>
          <dd className="small muted">{unit === "none" ? trait : `${text(`computed.unit.${unit}`)} · ${trait}`}</dd>
        </div>
        <div>
          <dt>{text("computed.lag")}</dt>
          <dd>{live.lag === null ? "—" : format.duration(live.lag.p99Ms)}</dd>
          <dd className="small muted">{live.changedAt === null ? text("computed.neverChanged") : format.recent(live.changedAt)}</dd>
        </div>
        <div className="segment-who">
          <dt>{text("computed.how")}</dt>
          <dd>
            <DefinitionText definition={definition} />
          </dd>
        </div>
      </dl>
    </Panel>
  );
}

function Spread({ trait: { key, trait, unit, type } }: { readonly trait: Shown }) {
  const text = useText();
  const link = useLink();
  const navigate = useNavigate();
  const spread = useCall(getComputedTraitSpread, { params: { ...useWorkspaceParams(), trait: key } }, { refetchMs: LIVE_MS });
  const open = (value: string) => void navigate(link(peopleHavingPath(trait, value)));
  return (
    <Panel title={text("computed.spread")}>
      <QueryView query={spread} skeleton={6}>
        {(answer) => <SpreadShown spread={answer} unit={unit} {...(type === "text" || type === "list" ? { onPick: open } : {})} />}
      </QueryView>
    </Panel>
  );
}

/** What it is reckoned from, and what uses it. */
function Lineage({ trait: { uses, usedBy } }: { readonly trait: Shown }) {
  const text = useText();
  const link = useLink();
  const { nameOf } = useEventNames();
  return (
    <Panel title={text("computed.lineage")} className="computed-lineage">
      <h3>{text("computed.from")}</h3>
      <ul className="segment-uses">
        {uses.events.map((event) => (
          <li key={event ?? "*"}>
            <span className="muted small">{text("insight.event")}</span>{" "}
            {event === null ? text("insight.anyEvent") : <Link to={link(`data/events/${encodeURIComponent(event)}`)}>{nameOf(event)}</Link>}
          </li>
        ))}
        {uses.properties.map((property) => (
          <li key={property}>
            <span className="muted small">{text("insight.fields.property")}</span> {property}
          </li>
        ))}
        {uses.columns.map((column) => (
          <li key={column}>
            <span className="muted small">{text("insight.fields.column")}</span> {text(`condition.column.${column}`)}
          </li>
        ))}
      </ul>
      <h3>{text("segments.usedBy")}</h3>
      {usedBy.length === 0 ? <p className="muted">{text("computed.unused")}</p> : <UsedBy uses={usedBy} />}
    </Panel>
  );
}

function ChangeTrait({ trait }: { readonly trait: Shown }) {
  const text = useText();
  const { message } = App.useApp();
  const save = useChange(putComputedTrait, [listComputedTraits, getComputedTrait, getComputedTraitSpread]);
  const { draft, change, body, canSave } = useDraft(draftOf(trait), bodyOf, save);
  const params = { ...useWorkspaceParams(), trait: trait.key };
  const submit = () => {
    if (body !== undefined) save.mutate({ params, body }, { onSuccess: () => void message.success(text("computed.saved")) });
  };
  return (
    <TraitEditor
      draft={draft}
      isNew={false}
      onChange={change}
      foot={<SaveFoot save={save} note={text("computed.changeNote")} canSave={canSave} onSave={submit} />}
    />
  );
}

/** Deletes a trait, once it was said whose values go with it. */
function DeleteTrait({ trait: { key, name, people } }: { readonly trait: Shown }) {
  const text = useText();
  const words = useWords();
  const format = useFormat();
  const link = useLink();
  const navigate = useNavigate();
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), trait: key };
  const remove = useChange(deleteComputedTrait, [listComputedTraits, listPeople]);
  const confirm = () =>
    void modal.confirm({
      title: text("computed.deleteTitle", { name: words(name) }),
      content: text("computed.deleteBody", { count: people, shown: format.count(people) }),
      okText: text("common.delete"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: () => remove.mutateAsync({ params }).then(() => navigate(link("computed-traits")), showFault),
    });
  return (
    <Button danger onClick={confirm}>
      {text("common.delete")}
    </Button>
  );
}
