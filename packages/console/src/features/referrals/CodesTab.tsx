import { giveCodes, listCodes, retireCode, type CodeView } from "@terrace/contract/api/referral-codes";
import type { ProgramView } from "@terrace/contract/api/referrals";
import { listPeople } from "@terrace/contract/api/people";
import { App, Button, Form, Input, Segmented, Select, Tag } from "antd";
import { useState } from "react";
import { useCall, useChange, usePages } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useSettled } from "../../app/shell/use-palette.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { DataTable, type DataColumn } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { FormModal } from "../../ui/FormModal.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { LinkQr } from "./LinkQr.tsx";
import { ReferredPerson } from "./ReferredPerson.tsx";

const rowKey = ({ code }: CodeView) => code;
const SEARCH_WAIT_MS = 250;
const WHOSE = ["all", "given"] as const;
type Whose = (typeof WHOSE)[number];

/** The short link of a code, as it is passed on. */
function linkOf({ path }: Pick<CodeView, "path">): string {
  return new URL(path, window.location.origin).href;
}

/** The codes of a program: given to seed users by hand, copied, retired. */
export function CodesTab({ program }: { readonly program: ProgramView }) {
  const text = useText();
  const may = useMay();
  const [whose, setWhose] = useState<Whose>("all");
  const [giving, setGiving] = useState(false);
  const params = { ...useWorkspaceParams(), program: program.id };
  const pages = usePages(listCodes, { params, query: whose === "given" ? { given: "true" } : {} }, { keepPrevious: true });
  const rows = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  const canGive = may("people:write") && program.archivedAt === null;
  return (
    <div className="stack">
      <div className="row-wrap">
        <Segmented<Whose>
          aria-label={text("referrals.codes")}
          value={whose}
          onChange={setWhose}
          options={WHOSE.map((one) => ({ value: one, label: text(`referrals.codesOf.${one}`) }))}
        />
        {canGive ? (
          <Button type="primary" onClick={() => setGiving(true)}>
            {text("referrals.give")}
          </Button>
        ) : null}
      </div>
      <Panel flush>
        <QueryView query={pages} skeleton={5}>
          {() => (
            <>
              <CodeTable programId={program.id} rows={rows} />
              <LoadMore pages={pages} loaded={rows.length} />
            </>
          )}
        </QueryView>
      </Panel>
      {giving ? <GiveModal programId={program.id} onClose={() => setGiving(false)} /> : null}
    </div>
  );
}

function CodeTable({ programId, rows }: { readonly programId: string; readonly rows: readonly CodeView[] }) {
  const text = useText();
  const format = useFormat();
  const write = useMay()("people:write");
  const columns: readonly DataColumn<CodeView>[] = [
    {
      key: "code",
      title: text("referrals.code"),
      width: 260,
      render: (row) => (
        <span className="row">
          <code className="mono">{row.code}</code>
          <CopyButton value={linkOf(row)} label={text("referrals.copyLink")} />
          <LinkQr code={row.code} link={linkOf(row)} />
          {row.retiredAt === null ? null : <Tag>{text("referrals.retired")}</Tag>}
        </span>
      ),
    },
    { key: "person", title: text("referrals.inviter"), ellipsis: true, render: ({ person }) => <ReferredPerson person={person} /> },
    { key: "label", title: text("referrals.label"), width: 130, ellipsis: true, render: ({ label }) => label },
    {
      key: "given",
      title: text("referrals.source"),
      width: 110,
      render: ({ given }) => text(given ? "referrals.seed" : "referrals.asked"),
    },
    { key: "bound", title: text("referrals.bound"), width: 90, figure: true, render: ({ bound }) => format.count(bound) },
    { key: "converted", title: text("referrals.converted"), width: 90, figure: true, render: ({ converted }) => format.count(converted) },
    { key: "at", title: text("referrals.givenAt"), width: 150, render: ({ createdAt }) => format.tableTime(createdAt) },
    ...(write
      ? [{ key: "act", title: "", width: 80, render: (row: CodeView) => <RetireButton programId={programId} row={row} /> } as const]
      : []),
  ];
  return (
    <DataTable<CodeView>
      label={text("referrals.codes")}
      rows={rows}
      rowKey={rowKey}
      columns={columns}
      minWidth={1010}
      empty={<EmptyState text={text("referrals.noCodes")} />}
      phoneRow={(row) => ({
        title: <code className="mono">{row.code}</code>,
        state: (
          <>
            <CopyButton value={linkOf(row)} label={text("referrals.copyLink")} />
            <LinkQr code={row.code} link={linkOf(row)} />
          </>
        ),
        detail: (
          <>
            <ReferredPerson person={row.person} /> {row.label}
          </>
        ),
        figures: text("referrals.boundOf", { bound: format.count(row.bound) }),
      })}
    />
  );
}

function RetireButton({ programId, row: { code, retiredAt } }: { readonly programId: string; readonly row: CodeView }) {
  const text = useText();
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), program: programId, code };
  const retire = useChange(retireCode, [listCodes]);
  if (retiredAt !== null) return null;
  const confirm = () =>
    void modal.confirm({
      title: text("referrals.retireTitle", { code }),
      content: text("referrals.retireBody"),
      okText: text("referrals.retire"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: () => retire.mutateAsync({ params }).then(() => undefined, showFault),
    });
  return (
    <Button type="link" size="small" danger onClick={confirm}>
      {text("referrals.retire")}
    </Button>
  );
}

type GiveFields = { readonly people: readonly string[]; readonly label?: string; readonly code?: string };

/** Gives people a code each. */
function GiveModal({ programId, onClose }: { readonly programId: string; readonly onClose: () => void }) {
  const text = useText();
  const [search, setSearch] = useState("");
  const workspace = useWorkspaceParams();
  const asked = useSettled(search, SEARCH_WAIT_MS);
  const found = useCall(
    listPeople,
    { params: workspace, query: { limit: 20, ...(asked === "" ? {} : { search: asked }) } },
    { keepPrevious: true },
  );
  const give = useChange(giveCodes, [listCodes]);
  const submit = ({ people, label = "", code = "" }: GiveFields) =>
    give.mutate(
      { params: { ...workspace, program: programId }, body: { people: [...people], label, ...(code === "" ? {} : { code }) } },
      { onSuccess: onClose },
    );
  return (
    <FormModal<GiveFields>
      title={text("referrals.give")}
      okText={text("referrals.give")}
      busy={give.isPending}
      error={give.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <Form.Item
        name="people"
        label={text("referrals.givePeople")}
        rules={[{ required: true, message: text("referrals.givePeopleMissing") }]}
      >
        <Select<string[]>
          mode="multiple"
          aria-label={text("referrals.givePeople")}
          showSearch={{ filterOption: false, onSearch: setSearch }}
          loading={found.isFetching}
          options={(found.data?.items ?? []).map(({ id, displayName }) => ({ value: id, label: displayName }))}
        />
      </Form.Item>
      <Form.Item name="label" label={text("referrals.label")} extra={text("referrals.labelNote")}>
        <Input maxLength={60} />
      </Form.Item>
      <Form.Item name="code" label={text("referrals.vanity")} extra={text("referrals.vanityNote")}>
        <Input maxLength={32} />
      </Form.Item>
    </FormModal>
  );
}
