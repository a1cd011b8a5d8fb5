import { getSegment, listSegments } from "@terrace/contract/api/segments";
import { useQueries } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { callRoute } from "../../app/api/client.ts";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useSettled } from "../../app/shell/use-palette.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";

const OFFERED = 50;
const SEARCH_WAIT_MS = 250;
const STALE_MS = 30_000;

type Props = {
  readonly label: string;
  readonly value: readonly string[];
  readonly onChange: (ids: readonly string[]) => void;
  /** How many can be chosen. */
  readonly max: number;
  /** Segments that are not offered. */
  readonly without?: readonly string[];
};

/** Chooses segments by name; typing asks the server, so that all of them can be found. */
export function SegmentSelect({ label, value, onChange, max, without = [] }: Props) {
  const text = useText();
  const [typed, setTyped] = useState("");
  const search = useSettled(typed.trim(), SEARCH_WAIT_MS);
  const query = { limit: OFFERED, ...(search === "" ? {} : { search }) };
  const found = useCall(listSegments, { params: useWorkspaceParams(), query }, { keepPrevious: true, staleMs: STALE_MS });
  const names = useSegmentNames(value);
  const offered = (found.data?.items ?? []).filter(({ id }) => !without.includes(id));
  const chosen = value.filter((id) => !offered.some((one) => one.id === id)).map((id) => ({ id, name: names.get(id) ?? id }));
  const single = max === 1;
  return (
    <Select<readonly string[] | string>
      className="segment-select"
      aria-label={label}
      {...(single ? {} : { mode: "multiple" as const, maxCount: max })}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      placeholder={text("insight.chooseSegment")}
      loading={found.isFetching}
      value={single ? (value[0] ?? null) : [...value]}
      onChange={(next) => onChange(typeof next === "string" ? [next] : next)}
      options={[...chosen, ...offered].map(({ id, name }) => ({ value: id, label: name }))}
      notFoundContent={text(found.isFetching ? "common.loading" : "segments.noMatch")}
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
