import { listVerificationKinds, listVerifications } from "@terrace/contract/api/verifications";
import { VERIFICATION_STATES } from "@terrace/domain/verification/verification-states";
import { Button, Segmented, Select } from "antd";
import { useMemo } from "react";
import { Link, useSearchParams } from "react-router";
import { useCall, usePages } from "../../app/api/use-call.ts";
import { useText, useWords } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { MISSING } from "../../ui/format/numbers.ts";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { ToneBadge } from "../../ui/ToneBadge.tsx";
import type { VerificationView } from "./answers.ts";
import { StateTag } from "./StateTag.tsx";
import { VerificationDrawer } from "./VerificationDrawer.tsx";

const ALL = "all";
const STATES = [...VERIFICATION_STATES, ALL] as const;
const rowKey = ({ id }: VerificationView) => id;

/** Applications by their state and kind; the address says which, and which one is open. */
export function QueueTab() {
  const text = useText();
  const words = useWords();
  const params = useWorkspaceParams();
  const [search, setSearch] = useSearchParams();
  const state = STATES.find((one) => one === search.get("state")) ?? "submitted";
  const kind = search.get("kind") ?? "";
  const open = search.get("open") ?? "";
  const kinds = useCall(listVerificationKinds, { params });
  const query = { limit: 50, ...(state === ALL ? {} : { state }), ...(kind === "" ? {} : { kind }) };
  const pages = usePages(listVerifications, { params, query }, { keepPrevious: true });
  const rows = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data]);
  const change = (next: Readonly<Record<string, string>>) => {
    const wanted = { ...(state === "submitted" ? {} : { state }), ...(kind === "" ? {} : { kind }), ...next };
    setSearch(Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== "")));
  };
  return (
    <Panel flush>
      <div className="filter-row">
        <Segmented
          aria-label={text("verification.state")}
          value={state}
          onChange={(next) => change({ state: next === "submitted" ? "" : next })}
          options={STATES.map((one) => ({ value: one, label: one === ALL ? text("common.all") : text(`verification.state.${one}`) }))}
        />
        <Select
          className="verification-choice"
          aria-label={text("verification.kind")}
          value={kind}
          onChange={(next) => change({ kind: next })}
          options={[
            { value: "", label: text("verification.anyKind") },
            ...(kinds.data?.items ?? []).map(({ key, name }) => ({ value: key, label: words(name) })),
          ]}
        />
      </div>
      <QueryView query={pages} skeleton={6}>
        {() => (
          <>
            <Applications
              rows={rows}
              empty={text(state === "submitted" ? "verification.noneWaiting" : "verification.none")}
              onOpen={(id) => change({ open: id })}
            />
            <LoadMore pages={pages} loaded={rows.length} />
          </>
        )}
      </QueryView>
      {open === "" ? null : <VerificationDrawer id={open} onClose={() => change({})} />}
    </Panel>
  );
}

type ApplicationsProps = {
  readonly rows: readonly VerificationView[];
  readonly empty: string;
  readonly onOpen: (id: string) => void;
};

function Applications({ rows, empty, onOpen }: ApplicationsProps) {
  const text = useText();
  const words = useWords();
  const link = useLink();
  const format = useFormat();
  const verify = useMay()("people:verify");
  const columns: readonly DataColumn<VerificationView>[] = [
    {
      key: "person",
      title: text("verification.person"),
      ellipsis: true,
      render: ({ person }) => <Link to={link(`people/${person.id}`)}>{person.displayName}</Link>,
    },
    {
      key: "kind",
      title: text("verification.kind"),
      render: ({ kind }) => (
        <span className="row">
          {words(kind.name)} <ToneBadge badge={kind.badge} />
        </span>
      ),
    },
    { key: "state", title: text("verification.state"), width: 120, render: ({ state }) => <StateTag state={state} /> },
    { key: "by", title: text("verification.submittedBy"), width: 180, ellipsis: true, render: ({ submittedBy }) => submittedBy },
    {
      key: "at",
      title: text("verification.submittedAt"),
      width: 150,
      figure: true,
      render: ({ submittedAt }) => <TimeText at={submittedAt} form="recent" />,
    },
    {
      key: "until",
      title: text("verification.validUntil"),
      width: 120,
      figure: true,
      render: ({ state, validUntil }) => {
        if (state !== "approved" && state !== "expired") return MISSING;
        return validUntil === null ? text("verification.forever") : format.day(validUntil);
      },
    },
    {
      key: "action",
      title: "",
      width: 96,
      figure: true,
      render: ({ id, state, person }) => (
        <Button size="small" aria-label={text("verification.openOf", { name: person.displayName })} onClick={() => onOpen(id)}>
          {text(verify && state === "submitted" ? "verification.review" : "verification.open")}
        </Button>
      ),
    },
  ];
  return (
    <DataTable<VerificationView>
      label={text("verification.tab.queue")}
      rows={rows}
      rowKey={rowKey}
      columns={columns}
      minWidth={980}
      onOpen={({ id }) => onOpen(id)}
      empty={<EmptyState text={empty} />}
      phoneRow={({ person, kind, state, submittedAt }) => ({
        title: person.displayName,
        state: <StateTag state={state} />,
        detail: words(kind.name),
        figures: <TimeText at={submittedAt} form="recent" />,
      })}
    />
  );
}
