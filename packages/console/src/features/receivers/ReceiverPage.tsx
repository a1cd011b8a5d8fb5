import { listReceivers } from "@terrace/contract/api/receivers";
import { useParams } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Code } from "../../ui/Code.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { CallList } from "./CallList.tsx";
import { ReceiverActions } from "./ReceiverActions.tsx";
import { ReceiverForm } from "./ReceiverForm.tsx";
import type { Receiver } from "./ReceiversPage.tsx";
import { ReceiverState } from "./ReceiversPage.tsx";

/** A new receiver: the form alone. */
export function NewReceiverPage() {
  const text = useText();
  return (
    <>
      <PageHeader title={text("receivers.new")} meta={<span>{text("receivers.newIntro")}</span>} />
      <ReceiverForm />
    </>
  );
}

/** One receiver: its address, how it makes events, and what was posted lately. */
export function ReceiverPage() {
  const text = useText();
  const { receiver: id = "" } = useParams();
  const receivers = useCall(listReceivers, { params: useWorkspaceParams() });
  return (
    <QueryView query={receivers} skeleton={8}>
      {({ items }) => {
        const receiver = items.find((one) => one.id === id);
        if (receiver !== undefined) return <ReceiverView key={receiver.id} receiver={receiver} />;
        return (
          <>
            <PageHeader title={text("nav.receivers")} />
            <Panel>
              <EmptyState text={text("fault.receiver.not_found")} />
            </Panel>
          </>
        );
      }}
    </QueryView>
  );
}

function ReceiverView({ receiver }: { readonly receiver: Receiver }) {
  const text = useText();
  return (
    <>
      <PageHeader title={receiver.name} meta={<ReceiverState receiver={receiver} />} actions={<ReceiverActions receiver={receiver} />} />
      <div className="stack">
        <Panel title={text("receivers.address")}>
          <div className="stack">
            <Code text={`${location.origin}${receiver.path}`} label={text("receivers.address")} />
            <span className="muted small">{text("receivers.addressHint")}</span>
          </div>
        </Panel>
        <ReceiverForm receiver={receiver} />
        <CallList receiver={receiver} />
      </div>
    </>
  );
}
