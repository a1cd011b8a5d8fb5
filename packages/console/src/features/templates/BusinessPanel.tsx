import { getMessageBusiness, setMessageBusiness } from "@terrace/contract/api/templates-preview";
import { Input } from "antd";
import type { CallAnswer } from "../../app/api/client.ts";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { SaveFoot } from "../../ui/SaveFoot.tsx";
import { useDraft } from "../../ui/use-draft.ts";

type Business = CallAnswer<typeof getMessageBusiness>;
const FIELDS = ["name", "address", "website"] as const;
const LENGTHS = { name: 80, address: 200, website: 200 };

/** What messages say of the business. */
export function BusinessPanel() {
  const text = useText();
  const business = useCall(getMessageBusiness, { params: useWorkspaceParams() });
  return (
    <Panel title={text("templates.tab.business")} label={text("templates.tab.business")}>
      <QueryView query={business} skeleton={3}>
        {(held) => <BusinessForm key={JSON.stringify(held)} held={held} />}
      </QueryView>
    </Panel>
  );
}

function BusinessForm({ held }: { readonly held: Business }) {
  const text = useText();
  const may = useMay()("touch:write");
  const params = useWorkspaceParams();
  const save = useChange(setMessageBusiness, [getMessageBusiness]);
  const { draft, change, canSave, body } = useDraft<Business, Business>(held, (one) => one, save);
  return (
    <div className="stack template-business">
      {FIELDS.map((field) => (
        <label key={field} className="template-field">
          <span className="small muted">
            {text(`templates.business.${field}`)} · <code className="mono">{`{{ business.${field} }}`}</code>
          </span>
          <Input
            aria-label={text(`templates.business.${field}`)}
            disabled={!may}
            maxLength={LENGTHS[field]}
            value={draft[field]}
            onChange={({ target }) => change({ ...draft, [field]: target.value })}
          />
        </label>
      ))}
      {may ? (
        <SaveFoot
          save={save}
          note={text("templates.businessNote")}
          canSave={canSave}
          onSave={() => body !== undefined && save.mutate({ params, body })}
        />
      ) : null}
    </div>
  );
}
