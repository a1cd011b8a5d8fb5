import type { PersonRow } from "@terrace/contract/api/people";
import { Button } from "antd";
import { Link } from "react-router";
import { useText } from "../../app/i18n.ts";
import { useLink } from "../../app/workspace/workspace-context.ts";
import type { Selection } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { IdentityList } from "./IdentityList.tsx";
import type { PeopleView } from "./people-query.ts";
import { usePeopleColumns } from "./PeopleColumns.tsx";
import { PersonBadge } from "./PersonBadge.tsx";

type PeopleTableProps = {
  readonly rows: readonly PersonRow[];
  readonly view: PeopleView;
  readonly narrowed: boolean;
  readonly onChange: (view: Partial<PeopleView>) => void;
  readonly onOpen: (row: PersonRow) => void;
  readonly selection?: Selection;
};

const rowKey = ({ id }: PersonRow) => id;
const CHECKBOX_WIDTH = 38;

/** The people, one row each. */
export function PeopleTable({ rows, view, narrowed, onChange, onOpen, selection }: PeopleTableProps) {
  const text = useText();
  const columns = usePeopleColumns(rows, view, onChange);
  return (
    <DataTable<PersonRow>
      label={text("nav.people")}
      rows={rows}
      rowKey={rowKey}
      columns={columns}
      onOpen={onOpen}
      minWidth={columns.reduce((sum, { width = 0 }) => sum + width, CHECKBOX_WIDTH)}
      {...(selection === undefined ? {} : { selection })}
      empty={
        <NoPeople
          narrowed={narrowed}
          onClear={() => onChange({ search: "", identified: "", tag: "", kind: "", trait: "", seenDays: "" })}
        />
      }
      phoneRow={(row) => ({
        title: <b className="ellipsis">{row.displayName}</b>,
        state: <PersonBadge identified={row.identified} />,
        detail: <IdentityList identities={row.identities.slice(0, 2)} more={0} />,
        figures: <TimeText at={row.lastSeenAt} form="recent" />,
      })}
    />
  );
}

function NoPeople({ narrowed, onClear }: { readonly narrowed: boolean; readonly onClear: () => void }) {
  const text = useText();
  const link = useLink();
  if (narrowed)
    return <EmptyState text={text("people.noMatch")} action={<Button onClick={onClear}>{text("common.clearFilters")}</Button>} />;
  return (
    <EmptyState
      text={text("people.empty")}
      action={
        <Link to={link("start")}>
          <Button type="primary">{text("home.sendFirst")}</Button>
        </Link>
      }
    />
  );
}
