import { EllipsisOutlined } from "@ant-design/icons";
import type { JourneyRow } from "@terrace/contract/api/journeys";
import { Button, Dropdown } from "antd";
import { useState, type ReactNode } from "react";
import { Link, useNavigate } from "react-router";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useMay } from "../../app/workspace/workspace-context.ts";
import { DataTable, type DataColumn } from "../../ui/DataTable.tsx";
import { MISSING } from "../../ui/format/numbers.ts";
import { JourneyState } from "./JourneyState.tsx";
import { journeyPath } from "./journey-paths.ts";
import { MoveModal } from "./MoveModal.tsx";
import { NewJourneyModal } from "./NewJourneyModal.tsx";
import { useEntryWords } from "./use-entry-words.ts";

const rowKey = ({ id }: JourneyRow) => id;

/** Journeys with their figures; a row opens its journey. */
export function JourneyTable({ rows, empty }: { readonly rows: readonly JourneyRow[]; readonly empty: ReactNode }) {
  const text = useText();
  const link = useLink();
  const navigate = useNavigate();
  const format = useFormat();
  const entryWords = useEntryWords();
  const share = format.measure("share");
  const goalOf = ({ hasGoal, goal, entered }: JourneyRow) =>
    hasGoal ? [format.count(goal), ...(entered === 0 ? [] : [share.short(goal / entered)])].join(" · ") : MISSING;
  const columns: readonly DataColumn<JourneyRow>[] = [
    { key: "name", title: text("journeys.name"), ellipsis: true, render: ({ id, name }) => <Link to={link(journeyPath(id))}>{name}</Link> },
    { key: "state", title: text("journeys.stateOf"), width: 210, render: (journey) => <JourneyState journey={journey} /> },
    {
      key: "entry",
      title: text("journeys.entry"),
      ellipsis: true,
      render: ({ entry }) => <span title={entryWords(entry)}>{entryWords(entry)}</span>,
    },
    { key: "here", title: text("journeys.here"), width: 96, figure: true, render: ({ here }) => format.count(here) },
    { key: "entered", title: text("journeys.entered"), width: 96, figure: true, render: ({ entered }) => format.count(entered) },
    { key: "goal", title: text("journeys.goal"), width: 140, figure: true, render: goalOf },
    { key: "more", title: "", width: 44, render: (journey) => <RowMenu journey={journey} /> },
  ];
  return (
    <DataTable<JourneyRow>
      label={text("nav.journeys")}
      rows={rows}
      rowKey={rowKey}
      columns={columns}
      minWidth={940}
      onOpen={({ id }) => void navigate(link(journeyPath(id)))}
      empty={empty}
      phoneRow={(journey) => ({
        title: journey.name,
        state: <JourneyState journey={journey} />,
        detail: entryWords(journey.entry),
        figures: text("journeys.phoneFigures", { here: format.count(journey.here), entered: format.count(journey.entered) }),
      })}
    />
  );
}

/** What may be done with a journey from the list. */
function RowMenu({ journey }: { readonly journey: JourneyRow }) {
  const text = useText();
  const may = useMay();
  const [asks, setAsks] = useState<"duplicate" | "archive">();
  const acts = [
    ...(may("touch:write") ? (["duplicate"] as const) : []),
    ...(may("touch:approve") && journey.state !== "archived" ? (["archive"] as const) : []),
  ];
  if (acts.length === 0) return null;
  const close = () => setAsks(undefined);
  return (
    <>
      <Dropdown
        trigger={["click"]}
        menu={{
          items: acts.map((key) => ({ key, label: text(`journeys.act.${key}`), danger: key === "archive" })),
          onClick: ({ key }) => setAsks(acts.find((one) => one === key)),
        }}
      >
        <Button type="text" size="small" icon={<EllipsisOutlined />} aria-label={text("journeys.more", { name: journey.name })} />
      </Dropdown>
      {asks === "duplicate" ? <NewJourneyModal copyOf={journey} onClose={close} /> : null}
      {asks === "archive" ? <MoveModal journey={journey} move="archive" inside={journey.here} onClose={close} /> : null}
    </>
  );
}
