import { listPeople } from "@terrace/contract/api/people";
import { useEffect, useState } from "react";
import { useEventNames } from "../../features/events/use-event-names.ts";
import { useCall } from "../api/use-call.ts";
import { useText } from "../i18n.ts";
import { setPreferences } from "../preferences.ts";
import { useDark } from "../theme/use-screen.ts";
import { useLink, useMay, useWorkspaceParams } from "../workspace/workspace-context.ts";
import { allowedSections, LOOSE_PAGES } from "./nav-items.ts";

export type PaletteEntry = {
  readonly key: string;
  readonly label: string;
  readonly detail: string;
  readonly to?: string;
  readonly run?: () => void;
};
export type PaletteGroup = { readonly title: string; readonly entries: readonly PaletteEntry[] };

/** The entry that leads to the people list with the query; it finds nothing by itself. */
export const ALL_PEOPLE_KEY = "people-all";
const PEOPLE_MAX = 6;
const EVENTS_MAX = 5;

/** The value, once it has stood still for a while. */
export function useSettled<Value>(value: Value, waitMs: number): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), waitMs);
    return () => clearTimeout(timer);
  }, [value, waitMs]);
  return settled;
}

function matches(query: string, ...texts: readonly string[]): boolean {
  return texts.some((one) => one.toLowerCase().includes(query.toLowerCase()));
}

function usePageEntries(query: string): readonly PaletteEntry[] {
  const text = useText();
  const link = useLink();
  const may = useMay();
  const pages = [
    ...allowedSections(may).flatMap(({ label, items }) => items.map((item) => ({ item, section: text(label) }))),
    ...LOOSE_PAGES.map((item) => ({ item, section: "" })),
  ];
  return pages
    .map(({ item, section }) => ({
      key: `page-${item.path.replaceAll("/", "-")}`,
      label: text(item.label),
      detail: section,
      to: link(item.path),
    }))
    .filter(({ label, detail }) => query === "" || matches(query, label, detail));
}

function usePeopleEntries(query: string): { readonly entries: readonly PaletteEntry[]; readonly searching: boolean } {
  const text = useText();
  const link = useLink();
  const may = useMay();
  const params = useWorkspaceParams();
  const settled = useSettled(query, 180);
  const wanted = settled.length > 0 && may("people:read");
  const people = useCall(listPeople, { params, query: { search: settled, limit: PEOPLE_MAX } }, { enabled: wanted, keepPrevious: true });
  if (query === "" || !wanted) return { entries: [], searching: false };
  const found = (people.data?.items ?? []).map(({ id, displayName, identities }) => ({
    key: `person-${id}`,
    label: displayName,
    to: link(`people/${id}`),
    detail: identities
      .filter(({ value }) => value !== displayName)
      .slice(0, 2)
      .map(({ kind, value }) => `${text(`identity.${kind}`)} ${value}`)
      .join(" · "),
  }));
  const all = {
    key: ALL_PEOPLE_KEY,
    label: text("palette.allPeople", { query }),
    detail: "",
    to: `${link("people")}?q=${encodeURIComponent(query)}`,
  };
  return { entries: [...found, all], searching: people.isFetching || settled !== query };
}

/** What the search finds for a query; without one, the pages and actions. */
export function usePalette(query: string): { readonly groups: readonly PaletteGroup[]; readonly searching: boolean } {
  const text = useText();
  const link = useLink();
  const dark = useDark();
  const asked = query.trim();
  const { definitions, nameOf } = useEventNames();
  const pages = usePageEntries(asked);
  const people = usePeopleEntries(asked);
  const events =
    asked === ""
      ? []
      : definitions
          .filter(({ name, displayName }) => matches(asked, name, displayName.zh, displayName.en))
          .slice(0, EVENTS_MAX)
          .map(({ name }) => ({
            key: `event-${name}`,
            label: nameOf(name),
            detail: name,
            to: link(`data/events/${encodeURIComponent(name)}`),
          }));
  const actions: readonly PaletteEntry[] = [
    {
      key: "dark",
      label: text(dark ? "palette.toLight" : "palette.toDark"),
      detail: "",
      run: () => setPreferences({ appearance: dark ? "light" : "dark" }),
    },
  ].filter(({ label }) => asked === "" || matches(asked, label));
  const groups = [
    { title: text("palette.people"), entries: people.entries },
    { title: text("palette.events"), entries: events },
    { title: text("palette.pages"), entries: pages },
    { title: text("palette.actions"), entries: actions },
  ];
  return { groups: groups.filter(({ entries }) => entries.length > 0), searching: people.searching };
}
