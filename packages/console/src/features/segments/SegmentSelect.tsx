import { getSegment, listSegments } from "@terrace/contract/api/segments";
import { useQueries } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { callRoute } from "../../app/api/client.ts";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useSettled } from "../../app/shell/use-palette.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";

const OFFERED = 50;
const SEARCH_WAIT_MS = 250;
const STALE_MS = 30_000;

/** The value of nobody's segment: everyone. */
const EVERYONE = "";

type Props = {
  readonly label: string;
  readonly className?: string;
  readonly value: readonly string[];
  readonly onChange: (ids: readonly string[]) => void;
  /** How many can be chosen. */
  readonly max: number;
  /** Segments that are not offered. */
  readonly without?: readonly string[];
  /** Something is missing while none is chosen. */
  readonly isNeeded?: boolean;
  /** What it says to choose none, where one of them can be chosen. */
  readonly everyone?: string;
  /** What a segment is called here, by its name. */
  readonly wordsOf?: (name: string) => string;
};

/** Chooses segments by name; typing asks the server, so that all of them can be found. */
export function SegmentSelect(props: Props) {
  const { label, className = "segment-select", value, onChange, max, without = [], isNeeded = false, everyone, wordsOf } = props;
  const text = useText();
  const may = useMay();
  const [typed, setTyped] = useState("");
  const search = useSettled(typed.trim(), SEARCH_WAIT_MS);
  const query = { limit: OFFERED, ...(search === "" ? {} : { search }) };
  const asking = { enabled: may("people:read"), keepPrevious: true, staleMs: STALE_MS };
  const found = useCall(listSegments, { params: useWorkspaceParams(), query }, asking);
  const names = useSegmentNames(value);
  const offered = (found.data?.items ?? []).filter(({ id }) => !without.includes(id));
  const chosen = value.filter((id) => !offered.some((one) => one.id === id)).map((id) => ({ id, name: names.get(id) ?? id }));
  const single = max === 1;
  const none = everyone === undefined ? [] : [{ value: EVERYONE, label: everyone }];
  return (
    <Select<readonly string[] | string>
      className={className}
      aria-label={label}
      {...(single ? {} : { mode: "multiple" as const, maxCount: max, allowClear: true })}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      placeholder={text("insight.chooseSegment")}
      status={isNeeded && value.length === 0 ? "warning" : ""}
      loading={found.isFetching}
      value={single ? (value[0] ?? (everyone === undefined ? null : EVERYONE)) : [...value]}
      onChange={(next) => onChange(next === EVERYONE ? [] : typeof next === "string" ? [next] : next)}
      options={[...none, ...[...chosen, ...offered].map(({ id, name }) => ({ value: id, label: wordsOf?.(name) ?? name }))]}
      popupRender={(list) => (
        <>
          {list}
          {found.data?.nextCursor === undefined ? null : <p className="search-more">{text("common.moreFound")}</p>}
        </>
      )}
      notFoundContent={text(found.isFetching ? "common.loading" : search === "" ? "insight.noSegments" : "segments.noMatch")}
    />
  );
}

/** Names of segments by their ids. */
export function useSegmentNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const params = useWorkspaceParams();
  return useQueries({
    queries: ids.map((segment) => ({
      queryKey: [getSegment.id, { params: { ...params, segment } }],
      queryFn: () => callRoute(getSegment, { params: { ...params, segment } }),
      staleTime: STALE_MS,
      // One that was deleted has no name any more.
      retry: false,
    })),
    combine: (answers) => new Map(answers.flatMap(({ data }) => (data === undefined ? [] : [[data.id, data.name] as const]))),
  });
}
