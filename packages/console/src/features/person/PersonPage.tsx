import { getPerson } from "@terrace/contract/api/people";
import { App } from "antd";
import { useEffect, useState } from "react";
import { useNavigate, useParams } from "react-router";
import { isFault } from "../../app/api/api-fault.ts";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { PyramidsCard } from "../pyramids/person/PersonPyramids.tsx";
import { HoldoutsCard } from "../holdouts/PersonHoldouts.tsx";
import { JourneysCard } from "../journeys/PersonJourneys.tsx";
import { MessagesCard } from "../messages/PersonMessages.tsx";
import { VerificationsCard } from "../verification/PersonVerifications.tsx";
import { ConsentCard } from "./ConsentCard.tsx";
import { IdentitiesCard } from "./IdentitiesCard.tsx";
import { NotesCard } from "./NotesCard.tsx";
import { PersonFacts } from "./PersonFacts.tsx";
import { PersonHeader } from "./PersonHeader.tsx";
import { PersonMergesCard } from "./PersonMergesCard.tsx";
import { ReferralCard } from "./ReferralCard.tsx";
import { SegmentsCard } from "./SegmentsCard.tsx";
import { TagsCard } from "./TagsCard.tsx";
import { TimelineCard } from "./TimelineCard.tsx";
import { TraitsCard } from "./TraitsCard.tsx";
import { UnmaskModal } from "./UnmaskModal.tsx";
import "./person.css";
import type { ClearValues, Person } from "./answers.ts";

/** One person: who it is, what was said about them, everything they did. */
export function PersonPage() {
  const text = useText();
  const { person: id = "" } = useParams();
  const params = { ...useWorkspaceParams(), person: id };
  const person = useCall(getPerson, { params });
  useRedirect(person.data);
  if (isFault(person.error, "person.not_found", "request.invalid"))
    return (
      <>
        <PageHeader title={text("person.unknown")} />
        <Panel>
          <EmptyState text={text("person.notFound")} />
        </Panel>
      </>
    );
  return (
    <QueryView query={person} skeleton={12}>
      {(data) => <PersonView key={data.id} person={data} />}
    </QueryView>
  );
}

/** An id that now belongs to another person, e.g. after a merge, leads to that person's own address. */
function useRedirect(person: Person | undefined): void {
  const text = useText();
  const link = useLink();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const target = person?.redirectedFrom === undefined ? undefined : person.id;
  useEffect(() => {
    if (target === undefined) return;
    void message.info(text("person.redirected"));
    void navigate(link(`people/${target}`), { replace: true });
    // Once per target: the address changes, which is what ends it.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [target]);
}

function PersonView({ person }: { readonly person: Person }) {
  const may = useMay();
  const [clear, setClear] = useState<ClearValues>();
  const [asking, setAsking] = useState(false);
  const personal = person.identities.some((one) => one.personal) || [...person.traits, ...person.notes].some((one) => one.personal);
  const maskable = personal && may("people:unmask");
  return (
    <>
      <PersonHeader
        person={person}
        clear={clear !== undefined}
        {...(maskable ? { onMask: () => (clear === undefined ? setAsking(true) : setClear(undefined)) } : {})}
      />
      <PersonFacts person={person} />
      <div className="person-grid">
        <div className="stack">
          <IdentitiesCard person={person} clear={clear} {...(maskable && clear === undefined ? { onUnmask: () => setAsking(true) } : {})} />
          <ConsentCard person={person} />
          <TagsCard person={person} />
          <SegmentsCard person={person} />
          <ReferralCard person={person} />
          <NotesCard person={person} clear={clear} />
        </div>
        <TimelineCard person={person} />
        <div className="stack">
          <TraitsCard person={person} clear={clear} />
          <PyramidsCard person={person.id} />
          <VerificationsCard person={person.id} />
          <JourneysCard person={person.id} />
          <MessagesCard person={person.id} />
          <HoldoutsCard person={person.id} />
          <PersonMergesCard person={person} />
        </div>
      </div>
      {asking ? (
        <UnmaskModal
          person={person}
          onShown={(values) => {
            setAsking(false);
            setClear(values);
          }}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}
