import { listQuarantine } from "@terrace/contract/api/quarantine";
import { Button, Segmented, Tag } from "antd";
import { useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import { usePages } from "../../app/api/use-call.ts";
import { textOr, useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { ExportButton } from "../exports/ExportButton.tsx";
import { QuarantineBulk } from "./QuarantineBulk.tsx";
import { QuarantineDrawer } from "./QuarantineDrawer.tsx";
import { QuarantineTable } from "./QuarantineTable.tsx";
import type { QuarantineSelection } from "./use-quarantine-actions.ts";
import "./quarantine.css";

const STATES = ["open", "replayed", "discarded"] as const;

/** Events that could not be accepted, by reason, with the ways to deal with them. The filter and the open event stand in the address. */
export function QuarantinePage() {
  const text = useText();
  const may = useMay();
  const [search, setSearch] = useSearchParams();
  const [ticked, setTicked] = useState<readonly string[]>([]);
  const state = STATES.find((one) => one === search.get("state")) ?? "open";
  const filter = { code: search.get("code") ?? "", name: search.get("name") ?? "" };
  const query = {
    state,
    limit: 50,
    ...(filter.code === "" ? {} : { code: filter.code }),
    ...(filter.name === "" ? {} : { name: filter.name }),
  };
  const list = usePages(listQuarantine, { params: useWorkspaceParams(), query }, { keepPrevious: true });
  const rows = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  const reasons = list.data?.pages[0]?.reasons ?? [];
  const set = (change: Readonly<Record<string, string>>) => {
    if (!("open" in change)) setTicked([]);
    setSearch((now) => {
      const next = new URLSearchParams(now);
      for (const [name, value] of Object.entries(change))
        if (value === "") next.delete(name);
        else next.set(name, value);
      return next;
    });
  };
  const acts = state === "open" && may("quarantine:replay");
  const total = reasons.filter(({ code }) => filter.code === "" || code === filter.code).reduce((sum, { count }) => sum + count, 0);
  return (
    <>
      <PageHeader
        title={text("nav.quarantine")}
        meta={<span>{text("quarantine.intro")}</span>}
        actions={
          <>
            <ExportButton what="quarantine" filters={{ state, ...filter }} />
            {acts && rows.length > 0 && ticked.length === 0 ? (
              <QuarantineBulk selection={selectionOf(filter)} count={total} all onDone={() => setTicked([])} />
            ) : null}
          </>
        }
      />
      <Panel flush>
        {ticked.length > 0 ? (
          <div className="filter-row bulk-row" role="toolbar" aria-label={text("people.bulk")}>
            <b>{text("common.selected", { count: ticked.length })}</b>
            <QuarantineBulk selection={{ ids: [...ticked] }} count={ticked.length} onDone={() => setTicked([])} />
            <Button type="text" onClick={() => setTicked([])}>
              {text("common.clearSelection")}
            </Button>
          </div>
        ) : (
          <div className="filter-row">
            <Segmented
              value={state}
              onChange={(next) => set({ state: next === "open" ? "" : next, code: "", name: "" })}
              options={STATES.map((one) => ({ value: one, label: text(`quarantine.state.${one}`) }))}
            />
            <Reasons reasons={reasons} chosen={filter.code} onChoose={(code) => set({ code })} />
            {filter.name === "" ? null : (
              <Tag closable className="filter-tag" onClose={() => set({ name: "" })}>
                {text("home.event")} {filter.name}
              </Tag>
            )}
          </div>
        )}
        <QueryView query={list} skeleton={8}>
          {() => (
            <>
              <QuarantineTable
                rows={rows}
                state={state}
                narrowed={filter.code !== "" || filter.name !== ""}
                onOpen={(id) => set({ open: id })}
                onName={(name) => set({ name })}
                {...(acts ? { selection: { keys: ticked, onChange: setTicked } } : {})}
              />
              <LoadMore pages={list} loaded={rows.length} />
            </>
          )}
        </QueryView>
      </Panel>
      {search.get("open") === null ? null : <QuarantineDrawer id={search.get("open") ?? ""} onClose={() => set({ open: "" })} />}
    </>
  );
}

function selectionOf(filter: { readonly code: string; readonly name: string }): QuarantineSelection {
  if (filter.code === "" && filter.name === "") return { all: true };
  return { ...(filter.code === "" ? {} : { code: filter.code }), ...(filter.name === "" ? {} : { name: filter.name }) };
}

type ReasonsProps = {
  readonly reasons: readonly { readonly code: string; readonly count: number }[];
  readonly chosen: string;
  readonly onChoose: (code: string) => void;
};

function Reasons({ reasons, chosen, onChoose }: ReasonsProps) {
  const format = useFormat();
  return (
    <>
      {reasons
        .toSorted((a, b) => b.count - a.count)
        .map(({ code, count }) => (
          <Tag.CheckableTag
            key={code}
            className="reason-tag"
            checked={code === chosen}
            onChange={(checked) => onChoose(checked ? code : "")}
          >
            {textOr(`reason.${code}`, code)} <b>{format.count(count)}</b>
          </Tag.CheckableTag>
        ))}
    </>
  );
}
