import { listPyramidReviews } from "@terrace/contract/api/pyramid-figures";
import { listAppointments } from "@terrace/contract/api/pyramid-people";
import { useMemo } from "react";
import { Link } from "react-router";
import { useCall, usePages } from "../../app/api/use-call.ts";
import { useText, useWords } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { MISSING } from "../../ui/format/numbers.ts";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import type { AppointmentView, PyramidView, Review } from "./answers.ts";

/** The monthly reviews that were made, and who was appointed by whom. */
export function HistoryTab({ pyramid }: { readonly pyramid: PyramidView }) {
  return (
    <div className="stack">
      <Reviews pyramid={pyramid} />
      <Appointments pyramid={pyramid} />
    </div>
  );
}

const monthOf = ({ month }: Review) => month;

function Reviews({ pyramid }: { readonly pyramid: PyramidView }) {
  const text = useText();
  const format = useFormat();
  const reviews = useCall(listPyramidReviews, { params: { ...useWorkspaceParams(), pyramid: pyramid.key } });
  const columns: readonly DataColumn<Review>[] = [
    { key: "month", title: text("pyramids.month"), render: ({ month }) => month },
    { key: "at", title: text("pyramids.reviewedAt"), width: 160, figure: true, render: ({ at }) => format.tableTime(at) },
    { key: "promoted", title: text("pyramids.promoted"), width: 110, figure: true, render: ({ promoted }) => format.count(promoted) },
    { key: "demoted", title: text("pyramids.demoted"), width: 110, figure: true, render: ({ demoted }) => format.count(demoted) },
    { key: "warned", title: text("pyramids.warned"), width: 130, figure: true, render: ({ warned }) => format.count(warned) },
  ];
  return (
    <Panel flush title={text("pyramids.reviews")}>
      <QueryView query={reviews} skeleton={4}>
        {({ items }) => (
          <DataTable<Review>
            label={text("pyramids.reviews")}
            rows={items}
            rowKey={monthOf}
            columns={columns}
            minWidth={600}
            empty={<EmptyState text={text("pyramids.noReviews", { time: format.tableTime(pyramid.nextReview.at) })} />}
            phoneRow={(row) => ({
              title: row.month,
              detail: format.tableTime(row.at),
              figures: text("pyramids.upDown", { up: format.count(row.promoted), down: format.count(row.demoted) }),
            })}
          />
        )}
      </QueryView>
    </Panel>
  );
}

const idOf = ({ id }: AppointmentView) => id;

function Appointments({ pyramid }: { readonly pyramid: PyramidView }) {
  const text = useText();
  const words = useWords();
  const format = useFormat();
  const link = useLink();
  const params = { ...useWorkspaceParams(), pyramid: pyramid.key };
  const pages = usePages(listAppointments, { params, query: { ended: "true", limit: 50 } });
  const rows = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data]);
  const nameOf = (key: string) => {
    const found = pyramid.layers.find((one) => one.key === key);
    return found === undefined ? key : words(found.name);
  };
  const stateOf = ({ endedAt, endedBy, until }: AppointmentView) => {
    if (endedAt !== null) return text("pyramids.ended", { time: format.day(endedAt), by: endedBy ?? text("verification.byTime") });
    return until === null ? text("pyramids.open") : text("pyramids.openUntil", { time: format.day(until) });
  };
  const columns: readonly DataColumn<AppointmentView>[] = [
    {
      key: "person",
      title: text("verification.person"),
      ellipsis: true,
      render: ({ person }) => <Link to={link(`people/${person.personId}`)}>{person.displayName}</Link>,
    },
    { key: "layer", title: text("pyramids.layer"), width: 130, render: ({ layer }) => nameOf(layer) },
    { key: "by", title: text("pyramids.appointedBy"), width: 180, ellipsis: true, render: ({ appointedBy }) => appointedBy },
    {
      key: "at",
      title: text("pyramids.appointedAt"),
      width: 150,
      figure: true,
      render: ({ appointedAt }) => format.tableTime(appointedAt),
    },
    { key: "state", title: text("verification.state"), width: 220, ellipsis: true, render: stateOf },
    { key: "note", title: text("pyramids.note"), ellipsis: true, render: ({ note }) => (note === "" ? MISSING : note) },
  ];
  return (
    <Panel flush title={text("pyramids.appointments")}>
      <QueryView query={pages} skeleton={4}>
        {() => (
          <>
            <DataTable<AppointmentView>
              label={text("pyramids.appointments")}
              rows={rows}
              rowKey={idOf}
              columns={columns}
              minWidth={960}
              empty={<EmptyState text={text("pyramids.noAppointments")} />}
              phoneRow={(row) => ({
                title: row.person.displayName,
                detail: `${nameOf(row.layer)} · ${row.appointedBy}`,
                figures: stateOf(row),
              })}
            />
            <LoadMore pages={pages} loaded={rows.length} />
          </>
        )}
      </QueryView>
    </Panel>
  );
}
