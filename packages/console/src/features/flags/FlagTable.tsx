import { listStaleFlags } from "@terrace/contract/api/flag-reports";
import { listFlags, type FlagView } from "@terrace/contract/api/flags";
import { Segmented } from "antd";
import { useMemo } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { useCall, usePages } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { DataTable, type DataColumn } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { SearchInput } from "../../ui/SearchInput.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { flagPath, NO_ENVIRONMENT } from "./flag-parts.ts";
import { FlagMarks, OnOff } from "./FlagState.tsx";
import { useEnvironments } from "./use-environments.ts";

const rowKey = ({ key }: FlagView) => key;
const isOn = ({ definition, killed }: FlagView, environment: string) =>
  !killed && (definition.environments[environment] ?? NO_ENVIRONMENT).on;

/** Flags by their keys, in use or put away. */
export function FlagTable() {
  const text = useText();
  const params = useWorkspaceParams();
  const [place, setPlace] = useSearchParams();
  const search = place.get("search") ?? "";
  const archived = place.get("archived") === "true" ? ("true" as const) : ("false" as const);
  const query = { limit: 50, archived, ...(search === "" ? {} : { search }) };
  const pages = usePages(listFlags, { params, query }, { keepPrevious: true });
  const rows = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data]);
  const go = (next: { readonly search: string; readonly archived: string }) =>
    setPlace(
      { ...(next.archived === "true" ? { archived: "true" } : {}), ...(next.search === "" ? {} : { search: next.search }) },
      { replace: true },
    );
  return (
    <Panel flush>
      <div className="filter-row">
        <Segmented
          aria-label={text("flags.which")}
          value={archived}
          onChange={(next) => go({ search, archived: next })}
          options={[
            { value: "false" as const, label: text("flags.live") },
            { value: "true" as const, label: text("flags.archived") },
          ]}
        />
        <SearchInput label={text("flags.search")} value={search} onChange={(next) => go({ search: next, archived })} />
      </div>
      <QueryView query={pages} skeleton={5}>
        {() => (
          <>
            <Rows rows={rows} empty={text(search === "" && archived === "false" ? "flags.empty" : "flags.none")} />
            <LoadMore pages={pages} loaded={rows.length} />
          </>
        )}
      </QueryView>
    </Panel>
  );
}

function Rows({ rows, empty }: { readonly rows: readonly FlagView[]; readonly empty: string }) {
  const text = useText();
  const link = useLink();
  const navigate = useNavigate();
  const { environments } = useEnvironments();
  const stale = useCall(listStaleFlags, { params: useWorkspaceParams(), query: {} });
  const isStale = ({ key }: FlagView) =>
    // A use that is not known is no reason to let it go.
    stale.data?.items.some((one) => one.key === key && one.reasons.some((reason) => reason !== "use_not_known")) ?? false;
  const columns: readonly DataColumn<FlagView>[] = [
    {
      key: "name",
      title: text("flags.name"),
      ellipsis: true,
      render: ({ key, name }) => <Link to={link(flagPath(key))}>{name}</Link>,
    },
    { key: "key", title: text("flags.key"), ellipsis: true, render: ({ key }) => <span className="mono">{key}</span> },
    { key: "type", title: text("flags.type"), width: 90, render: ({ definition }) => text(`flags.type.${definition.type}`) },
    ...environments.map(({ key, name }) => ({
      key: `in ${key}`,
      title: name,
      width: 116,
      ellipsis: true,
      render: (flag: FlagView) => <OnOff on={isOn(flag, key)} />,
    })),
    { key: "state", title: text("flags.state"), width: 170, render: (flag) => <FlagMarks flag={flag} stale={isStale(flag)} /> },
    { key: "changed", title: text("flags.changedAt"), width: 150, figure: true, render: ({ changedAt }) => <TimeText at={changedAt} /> },
  ];
  return (
    <DataTable<FlagView>
      label={text("nav.flags")}
      rows={rows}
      rowKey={rowKey}
      columns={columns}
      minWidth={760 + 116 * environments.length}
      onOpen={({ key }) => void navigate(link(flagPath(key)))}
      empty={<EmptyState text={empty} />}
      phoneRow={(flag) => ({
        title: flag.name,
        state: <FlagMarks flag={flag} stale={isStale(flag)} />,
        detail: flag.key,
        figures: environments
          .filter(({ key }) => isOn(flag, key))
          .map(({ name }) => name)
          .join(" · "),
      })}
    />
  );
}
