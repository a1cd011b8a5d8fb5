import { getJourney, type JourneyDetail } from "@terrace/contract/api/journeys";
import { journeyChanges, type NodeChange } from "@terrace/domain/journeys/journey-changes";
import { Button, Drawer, Tag } from "antd";
import { useState } from "react";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { DataTable, type DataColumn } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { MISSING } from "../../ui/format/numbers.ts";
import { useNodeWords } from "./use-node-words.ts";

type Version = JourneyDetail["versions"][number];

/** The versions of a journey, and what changed with each. */
export function VersionsTab({ journey }: { readonly journey: JourneyDetail }) {
  const text = useText();
  const format = useFormat();
  const [open, setOpen] = useState<number>();
  const columns: readonly DataColumn<Version>[] = [
    {
      key: "version",
      title: text("journeys.version"),
      width: 120,
      render: ({ version }) => (
        <Button type="link" size="small" className="journey-person" onClick={() => setOpen(version)}>
          {text("journeys.versionOf", { version })}
        </Button>
      ),
    },
    { key: "state", title: text("journeys.stateOf"), width: 120, render: ({ state }) => <VersionState state={state} /> },
    { key: "at", title: text("journeys.savedAt"), width: 160, render: ({ savedAt }) => format.tableTime(savedAt) },
    { key: "by", title: text("journeys.savedBy"), ellipsis: true, render: ({ savedBy }) => savedBy },
    { key: "approved", title: text("journeys.approvedBy"), ellipsis: true, render: ({ approvedBy }) => approvedBy ?? MISSING },
  ];
  return (
    <Panel flush>
      <DataTable<Version>
        label={text("journeys.tab.versions")}
        rows={journey.versions}
        rowKey={({ version }) => String(version)}
        columns={columns}
        minWidth={720}
        onOpen={({ version }) => setOpen(version)}
        empty={<EmptyState text={text("journeys.none")} />}
        phoneRow={({ version, state, savedBy, savedAt }) => ({
          title: text("journeys.versionOf", { version }),
          state: <VersionState state={state} />,
          detail: savedBy,
          figures: format.tableTime(savedAt),
        })}
      />
      {open === undefined ? null : <ChangesDrawer journey={journey.id} version={open} onClose={() => setOpen(undefined)} />}
    </Panel>
  );
}

function VersionState({ state }: { readonly state: Version["state"] }) {
  const text = useText();
  return (
    <Tag variant="filled" {...(state === "live" ? { className: "badge-on" } : {})}>
      {text(`journeys.versionState.${state}`)}
    </Tag>
  );
}

function ChangesDrawer({
  journey,
  version,
  onClose,
}: {
  readonly journey: string;
  readonly version: number;
  readonly onClose: () => void;
}) {
  const text = useText();
  const params = { ...useWorkspaceParams(), journey };
  const after = useCall(getJourney, { params, query: { version } });
  const before = useCall(getJourney, { params, query: { version: Math.max(1, version - 1) } });
  return (
    <Drawer open size={480} title={text("journeys.changesOf", { version })} onClose={onClose}>
      <QueryView query={after} skeleton={4}>
        {({ definition }) =>
          version === 1 ? (
            <p>{text("journeys.firstVersion", { count: definition.nodes.length })}</p>
          ) : (
            <QueryView query={before} skeleton={4}>
              {(older) => <Changes before={older.definition} after={definition} />}
            </QueryView>
          )
        }
      </QueryView>
    </Drawer>
  );
}

type Definition = JourneyDetail["definition"];

function Changes({ before, after }: { readonly before: Definition; readonly after: Definition }) {
  const text = useText();
  const { settings, nodes } = journeyChanges(before, after);
  if (settings.length + nodes.length === 0) return <p className="muted">{text("journeys.noChanges")}</p>;
  return (
    <ul className="changes">
      {settings.map((setting) => (
        <li key={setting}>
          <span className="small muted">{text("journeys.change.changed")}</span>
          <span>{text(`journeys.setting.${setting}`)}</span>
        </li>
      ))}
      {nodes.map((change) => (
        <li key={`${change.kind} ${change.node.id}`}>
          <span className="small muted">{text(`journeys.change.${change.kind}`)}</span>
          <ChangedNode change={change} in={change.kind === "removed" ? before : after} />
        </li>
      ))}
    </ul>
  );
}

function ChangedNode({ change, in: definition }: { readonly change: NodeChange; readonly in: Definition }) {
  const text = useText();
  const words = useNodeWords();
  const node = definition.nodes.find(({ id }) => id === change.node.id);
  const fields = change.kind === "changed" ? change.fields : [];
  return (
    <span>
      {node === undefined ? change.node.id : words.title(node)}
      {fields.length === 0 ? null : (
        <span className="muted small"> {fields.map((field) => (field === "outs" ? text("journeys.ways") : field)).join(", ")}</span>
      )}
    </span>
  );
}
