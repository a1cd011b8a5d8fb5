import { listExperiments, type ExperimentView } from "@terrace/contract/api/experiments";
import { useState } from "react";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useSettled } from "../../app/shell/use-palette.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { SearchSelect } from "../../ui/SearchSelect.tsx";
import { ExperimentState } from "./ExperimentState.tsx";

const OFFERED = 50;
const SEARCH_WAIT_MS = 250;
const STALE_MS = 30_000;

type Props = {
  readonly label: string;
  readonly placeholder?: string;
  /** The one that is chosen. */
  readonly value: ExperimentView | undefined;
  /** Only those that ran while the one of this id did, and can be read together with it. */
  readonly beside?: string;
  /** What is said where there is none at all. */
  readonly none: string;
  readonly onChoose: (experiment: ExperimentView) => void;
};

/** Chooses an experiment; typing asks the server, so that all of them can be found. */
export function ExperimentSelect({ label, placeholder, value, beside, none, onChoose }: Props) {
  const text = useText();
  const [typed, setTyped] = useState("");
  const search = useSettled(typed.trim(), SEARCH_WAIT_MS);
  const query = { limit: OFFERED, ...(search === "" ? {} : { search }), ...(beside === undefined ? {} : { beside }) };
  const found = useCall(listExperiments, { params: useWorkspaceParams(), query }, { keepPrevious: true, staleMs: STALE_MS });
  const offered = found.data?.items ?? [];
  const all = value === undefined || offered.some(({ id }) => id === value.id) ? offered : [value, ...offered];
  return (
    <SearchSelect
      label={label}
      {...(placeholder === undefined ? {} : { placeholder })}
      value={value?.id}
      options={all.map(({ id, name, state }) => ({ value: id, label: name, detail: <ExperimentState state={state} /> }))}
      hasMore={found.data?.nextCursor !== undefined}
      isAsking={found.isFetching}
      none={search === "" ? none : text("experiments.none")}
      onSearch={setTyped}
      onChoose={(id) => {
        const chosen = all.find((one) => one.id === id);
        if (chosen !== undefined) onChoose(chosen);
      }}
    />
  );
}
