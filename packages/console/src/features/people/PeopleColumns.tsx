import type { PersonRow } from "@terrace/contract/api/people";
import { Tag } from "antd";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { useText } from "../../app/i18n.ts";
import { usePreferences } from "../../app/preferences.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { MISSING } from "../../ui/format/numbers.ts";
import { TimeText } from "../../ui/TimeText.tsx";
import { IdentityList } from "./IdentityList.tsx";
import { defaultColumns, traitKeyOf } from "./people-columns.ts";
import type { PeopleView } from "./people-query.ts";
import { PersonBadge } from "./PersonBadge.tsx";
import { useComputedTraits, useTraitNames } from "../computed/use-trait-names.ts";
import { valueText } from "../computed/value-text.ts";
import { traitText } from "../person/trait-text.ts";

const IDENTITIES_SHOWN = 2;
const TAGS_SHOWN = 3;

function PersonName({ row }: { readonly row: PersonRow }) {
  const link = useLink();
  return (
    <Link to={link(`people/${row.id}`)} className="strong">
      {row.displayName}
    </Link>
  );
}

function Tags({ tags }: { readonly tags: readonly string[] }): ReactNode {
  if (tags.length === 0) return <span className="muted">{MISSING}</span>;
  return (
    <span className="tag-line">
      {tags.slice(0, TAGS_SHOWN).map((tag) => (
        <Tag key={tag} variant="filled">
          {tag}
        </Tag>
      ))}
      {tags.length > TAGS_SHOWN ? <small className="muted">+{tags.length - TAGS_SHOWN}</small> : null}
    </span>
  );
}

/** The columns of the list as chosen: the name always, then facts and any trait. */
export function usePeopleColumns(
  rows: readonly PersonRow[],
  view: PeopleView,
  onChange: (view: Partial<PeopleView>) => void,
): readonly DataColumn<PersonRow>[] {
  const text = useText();
  const traitName = useTraitNames();
  const computed = useComputedTraits();
  const format = useFormat();
  const chosen = usePreferences().columns["people"] ?? defaultColumns(rows);
  const sort = (by: PeopleView["sort"]) => ({
    direction: view.sort === by ? view.direction : undefined,
    onSort: (direction: "asc" | "desc") => onChange({ sort: by, direction: view.sort === by ? direction : "desc" }),
  });
  const known: readonly DataColumn<PersonRow>[] = [
    { key: "state", title: text("people.state"), width: 88, render: ({ identified }) => <PersonBadge identified={identified} /> },
    {
      key: "identities",
      title: text("people.identities"),
      width: 220,
      ellipsis: true,
      render: ({ identities, identityCount }) => (
        <IdentityList
          identities={identities.slice(0, IDENTITIES_SHOWN)}
          more={identityCount - Math.min(IDENTITIES_SHOWN, identities.length)}
        />
      ),
    },
    { key: "tags", title: text("people.tags"), width: 92, ellipsis: true, render: ({ tags }) => <Tags tags={tags} /> },
    {
      key: "identity_count",
      title: text("people.identityCount"),
      width: 84,
      figure: true,
      render: ({ identityCount }) => format.count(identityCount),
    },
    {
      key: "first_seen",
      title: text("people.firstSeen"),
      width: 150,
      figure: true,
      sort: sort("first_seen"),
      render: ({ firstSeenAt }) => <TimeText at={firstSeenAt} />,
    },
    {
      key: "last_seen",
      title: text("people.lastSeen"),
      width: 150,
      figure: true,
      sort: sort("last_seen"),
      render: ({ lastSeenAt }) => <TimeText at={lastSeenAt} form="recent" />,
    },
  ];
  const told = (trait: string, value: unknown): string => {
    const found = computed.find((one) => one.trait === trait);
    return found === undefined || value === undefined ? traitText(value, format) : valueText(value, found.unit, format);
  };
  const traits: readonly DataColumn<PersonRow>[] = chosen.flatMap((key) => {
    const trait = traitKeyOf(key);
    return trait === undefined
      ? []
      : [{ key, title: traitName(trait), width: 86, ellipsis: true, render: ({ traits: values }) => told(trait, values[trait]) }];
  });
  return [
    { key: "name", title: text("people.name"), width: 140, ellipsis: true, render: (row) => <PersonName row={row} /> },
    ...known.filter(({ key }) => !key.endsWith("_seen") && chosen.includes(key)),
    ...traits,
    ...known.filter(({ key }) => key.endsWith("_seen") && chosen.includes(key)),
  ];
}
