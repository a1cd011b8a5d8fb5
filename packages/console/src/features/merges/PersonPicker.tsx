import { listPeople } from "@terrace/contract/api/people";
import { Select } from "antd";
import { useState } from "react";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useSettled } from "../../app/shell/use-palette.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";

type PersonPickerProps = {
  /** Somebody who is not offered. */
  readonly except?: string;
  readonly value: string;
  /** What the field says while nobody is picked, and is called by. */
  readonly hint?: string;
  readonly onPick: (id: string) => void;
};

/** Finds a person by any id or name; the person given is not offered. */
export function PersonPicker({ except, value, hint, onPick }: PersonPickerProps) {
  const text = useText();
  const [typed, setTyped] = useState("");
  const search = useSettled(typed.trim(), 250);
  const people = useCall(
    listPeople,
    { params: useWorkspaceParams(), query: { limit: 12, ...(search === "" ? {} : { search }) } },
    { keepPrevious: true },
  );
  const options = (people.data?.items ?? [])
    .filter(({ id }) => id !== except)
    .map(({ id, displayName, identities }) => ({
      value: id,
      label: displayName,
      detail: identities
        .filter((one) => one.value !== displayName)
        .slice(0, 3)
        .map((one) => `${text(`identity.${one.kind}`)} ${one.value}`)
        .join(" · "),
    }));
  return (
    <Select
      className="person-picker"
      showSearch={{ filterOption: false, onSearch: setTyped }}
      placeholder={hint ?? text("merges.pickHint")}
      aria-label={hint ?? text("merges.pick")}
      loading={people.isFetching}
      options={options}
      notFoundContent={people.isFetching ? text("common.loading") : text("merges.pickNone")}
      {...(value === "" || !options.some((option) => option.value === value) ? {} : { value })}
      onChange={(id: string) => onPick(id)}
      optionRender={({ data }) => (
        <span className="picker-option">
          <b>{data.label}</b>
          <small className="muted">{data.detail}</small>
        </span>
      )}
    />
  );
}
