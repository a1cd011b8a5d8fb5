import { exportReferrals } from "@terrace/contract/api/referral-tree";
import { deleteProgram, getProgram, listPrograms, updateProgram, type ProgramView } from "@terrace/contract/api/referrals";
import { App, Button, Dropdown, Tabs } from "antd";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { isFault } from "../../app/api/api-fault.ts";
import { routeUrl } from "../../app/api/client.ts";
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
import { CodesTab } from "./CodesTab.tsx";
import { FiguresTab } from "./FiguresTab.tsx";
import { bodyOf, draftOf } from "./program-draft.ts";
import { ProgramEditor } from "./ProgramEditor.tsx";
import { ProgramState } from "./ProgramsPage.tsx";
import { LIVE_MS } from "./referral-paths.ts";
import { TreeTab } from "./TreeTab.tsx";

const TABS = ["figures", "tree", "codes", "settings"] as const;
const TOUCHES = [listPrograms, getProgram];

/** One program: what it brought, who brought whom, the codes, and its rules. */
export function ProgramPage() {
  const { program: id = "" } = useParams();
  const text = useText();
  const program = useCall(getProgram, { params: { ...useWorkspaceParams(), program: id } }, { refetchMs: LIVE_MS });
  if (isFault(program.error, "referral.not_found", "request.invalid"))
    return (
      <>
        <PageHeader title={text("nav.referrals")} />
        <Panel>
          <EmptyState text={text("referrals.gone")} />
        </Panel>
      </>
    );
  return (
    <QueryView query={program} skeleton={8}>
      {(data) => <ProgramShown key={data.id} program={data} />}
    </QueryView>
  );
}

function ProgramShown({ program }: { readonly program: ProgramView }) {
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const [search, setSearch] = useSearchParams();
  const tab = TABS.find((one) => one === search.get("tab")) ?? "figures";
  const items = [
    { key: "figures", label: text("referrals.tab.figures"), children: <FiguresTab program={program} /> },
    { key: "tree", label: text("referrals.tab.tree"), children: <TreeTab program={program} /> },
    { key: "codes", label: text("referrals.tab.codes"), children: <CodesTab program={program} /> },
    ...(may("segments:write")
      ? [{ key: "settings", label: text("referrals.tab.settings"), children: <Settings program={program} /> }]
      : []),
  ];
  return (
    <>
      <PageHeader
        title={program.name}
        tags={<ProgramState archived={program.archivedAt !== null} />}
        meta={<span>{text("segments.madeBy", { by: program.createdBy, time: format.tableTime(program.createdAt) })}</span>}
        actions={
          <>
            {may("data:export") ? <ExportButton id={program.id} /> : null}
            {may("segments:write") ? <ProgramActions program={program} /> : null}
          </>
        }
      />
      <Tabs activeKey={tab} onChange={(next) => setSearch(next === "figures" ? {} : { tab: next })} items={items} destroyOnHidden />
    </>
  );
}

function ExportButton({ id }: { readonly id: string }) {
  const text = useText();
  const params = { ...useWorkspaceParams(), program: id };
  const item = (what: "edges" | "inviters") => ({
    key: what,
    label: <a href={routeUrl(exportReferrals, params, { what })}>{text(`referrals.export.${what}`)}</a>,
  });
  return (
    <Dropdown menu={{ items: [item("edges"), item("inviters")] }}>
      <Button>{text("referrals.export")}</Button>
    </Dropdown>
  );
}

function ProgramActions({ program: { id, name, archivedAt, bound } }: { readonly program: ProgramView }) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  const navigate = useNavigate();
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), program: id };
  const change = useChange(updateProgram, TOUCHES);
  const remove = useChange(deleteProgram, [listPrograms]);
  const archive = (archived: boolean) => change.mutateAsync({ params, body: { archived } }).then(() => undefined, showFault);
  const confirmArchive = () =>
    void modal.confirm({
      title: text("referrals.archiveTitle", { name }),
      content: text("referrals.archiveBody"),
      okText: text("referrals.archive"),
      cancelText: text("common.cancel"),
      onOk: () => archive(true),
    });
  const confirmDelete = () =>
    void modal.confirm({
      title: text("referrals.deleteTitle", { name }),
      content: text("referrals.deleteBody", { count: bound, shown: format.count(bound) }),
      okText: text("common.delete"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: () => remove.mutateAsync({ params }).then(() => navigate(link("referrals")), showFault),
    });
  return (
    <>
      <Button loading={change.isPending} onClick={archivedAt === null ? confirmArchive : () => void archive(false)}>
        {text(archivedAt === null ? "referrals.archive" : "referrals.bringBack")}
      </Button>
      <Button danger onClick={confirmDelete}>
        {text("common.delete")}
      </Button>
    </>
  );
}

function Settings({ program }: { readonly program: ProgramView }) {
  const text = useText();
  const { message } = App.useApp();
  const save = useChange(updateProgram, TOUCHES);
  const { draft, change, body, canSave } = useDraft(draftOf(program), bodyOf, save);
  const params = { ...useWorkspaceParams(), program: program.id };
  const submit = () => {
    if (body !== undefined) save.mutate({ params, body }, { onSuccess: () => void message.success(text("referrals.saved")) });
  };
  return (
    <ProgramEditor
      draft={draft}
      onChange={change}
      foot={
        <div className="stack">
          <SaveFoot save={save} note={text("referrals.changeNote")} canSave={canSave} onSave={submit} />
        </div>
      }
    />
  );
}
