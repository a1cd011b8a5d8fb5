import { getFlag, listFlags, type FlagView } from "@terrace/contract/api/flags";
import { useState } from "react";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useSettled } from "../../app/shell/use-palette.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { SearchSelect } from "../../ui/SearchSelect.tsx";

const OFFERED = 50;
const SEARCH_WAIT_MS = 250;
const STALE_MS = 30_000;

type Props = {
  readonly label: string;
  /** Key of the flag that is chosen; undefined for none. */
  readonly value?: string;
  readonly placeholder?: string;
  readonly disabled?: boolean;
  /** Which of the flags that are found are offered. */
  readonly fits: (flag: FlagView) => boolean;
  readonly onChoose: (flag: FlagView) => void;
};

/** Chooses a flag; typing asks the server, so that all of them can be found. */
export function FlagSelect({ label, value, placeholder, disabled = false, fits, onChoose }: Props) {
  const text = useText();
  const [typed, setTyped] = useState("");
  const search = useSettled(typed.trim(), SEARCH_WAIT_MS);
  const query = { limit: OFFERED, ...(search === "" ? {} : { search }) };
  const found = useCall(listFlags, { params: useWorkspaceParams(), query }, { keepPrevious: true, staleMs: STALE_MS });
  const chosen = useFlag(value);
  const offered = (found.data?.items ?? []).filter(fits);
  const isOffered = value === undefined || offered.some(({ key }) => key === value);
  const options = offered.map(({ key, name }) => ({ value: key, label: name, detail: <span className="mono muted">{key}</span> }));
  return (
    <SearchSelect
      className="flag-wide"
      label={label}
      value={value}
      {...(placeholder === undefined ? {} : { placeholder })}
      disabled={disabled}
      options={isOffered ? options : [{ value, label: chosen?.name ?? value }, ...options]}
      hasMore={found.data?.nextCursor !== undefined}
      isAsking={found.isFetching}
      none={text("flags.none")}
      onSearch={setTyped}
      onChoose={(chosenKey) => {
        const flag = offered.find(({ key }) => key === chosenKey);
        if (flag !== undefined) onChoose(flag);
      }}
    />
  );
}

/** A flag by its key, once it is known. */
export function useFlag(key: string | undefined): FlagView | undefined {
  const params = useWorkspaceParams();
  return useCall(getFlag, { params: { ...params, flag: key ?? "" } }, { enabled: key !== undefined, staleMs: STALE_MS }).data;
}
