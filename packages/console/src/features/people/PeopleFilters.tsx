import { FilterOutlined } from "@ant-design/icons";
import { Button, Popover, Segmented, Tag } from "antd";
import { useEffect, useState } from "react";
import { useText } from "../../app/i18n.ts";
import { useSettled } from "../../app/shell/use-palette.ts";
import { SearchInput } from "../../ui/SearchInput.tsx";
import { FilterForm } from "./FilterForm.tsx";
import type { PeopleView } from "./people-query.ts";

type PeopleFiltersProps = { readonly view: PeopleView; readonly onChange: (view: Partial<PeopleView>) => void };
const SEARCH_WAIT_MS = 300;

/** Views, search and filters; each filter that is set stands as a tag that can be taken off. */
export function PeopleFilters({ view, onChange }: PeopleFiltersProps) {
  const text = useText();
  const [open, setOpen] = useState(false);
  return (
    <div className="filter-row">
      <Segmented
        value={view.identified}
        onChange={(identified) => onChange({ identified })}
        options={[
          { value: "" as const, label: text("common.all") },
          { value: "true" as const, label: text("people.identified") },
          { value: "false" as const, label: text("people.anonymous") },
        ]}
      />
      <SearchBox search={view.search} onSearch={(search) => onChange({ search })} />
      <Popover
        trigger="click"
        placement="bottomLeft"
        open={open}
        onOpenChange={setOpen}
        content={
          <FilterForm
            view={view}
            onApply={(next) => {
              setOpen(false);
              onChange(next);
            }}
          />
        }
      >
        <Button icon={<FilterOutlined />}>{text("people.filter")}</Button>
      </Popover>
      <FilterTags view={view} onChange={onChange} />
    </div>
  );
}

function SearchBox({ search, onSearch }: { readonly search: string; readonly onSearch: (search: string) => void }) {
  const text = useText();
  const [typed, setTyped] = useState(search);
  const settled = useSettled(typed, SEARCH_WAIT_MS);
  useEffect(() => setTyped(search), [search]);
  useEffect(() => {
    if (settled.trim() !== search && settled === typed) onSearch(settled.trim());
    // Only what was typed moves the address; when the address moves by itself the field follows it above.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [settled]);
  return <SearchInput label={text("people.searchPlaceholder")} value={typed} onChange={setTyped} />;
}

function FilterTags({ view, onChange }: PeopleFiltersProps) {
  const text = useText();
  const tags: readonly (readonly [keyof PeopleView, string, string])[] = [
    ["tag", text("people.filterTag"), view.tag],
    ["kind", text("people.filterKind"), view.kind === "" ? "" : text(`identity.${view.kind}`)],
    ["trait", text("people.filterTrait"), view.trait.replace(":", " = ")],
    ["seenDays", text("people.lastSeen"), view.seenDays === "" ? "" : text("home.lastDays", { count: Number(view.seenDays) })],
  ];
  const set = tags.filter(([, , value]) => value !== "");
  return (
    <>
      {set.map(([key, label, value]) => (
        <Tag
          key={key}
          closable={{ "aria-label": `${text("common.remove")} ${label}` }}
          onClose={() => onChange({ [key]: "" })}
          className="filter-tag"
        >
          {label} {value}
        </Tag>
      ))}
      {set.length > 1 ? (
        <Button type="link" size="small" onClick={() => onChange({ tag: "", kind: "", trait: "", seenDays: "" })}>
          {text("common.clearFilters")}
        </Button>
      ) : null}
    </>
  );
}
