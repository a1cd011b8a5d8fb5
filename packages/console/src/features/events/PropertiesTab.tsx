import { getEventDefinition, listEventDefinitions, updateEventDefinition } from "@terrace/contract/api/events";
import { App, Switch, Tag } from "antd";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import type { EventDetail } from "./answers.ts";
import { seenColumns } from "./seen-columns.tsx";

type Property = EventDetail["properties"][number];
const rowKey = ({ name }: Property) => name;

/** The properties seen on an event, their types, and which of them are personal data. */
export function PropertiesTab({ detail }: { readonly detail: EventDetail }) {
  const text = useText();
  const columns: readonly DataColumn<Property>[] = [
    { key: "name", title: text("events.property"), render: ({ name }) => <code className="mono">{name}</code> },
    {
      key: "types",
      title: text("events.types"),
      width: 220,
      render: ({ types }) => (
        <span className="tag-line">
          {types.map((type) => (
            <Tag key={type} variant="filled">
              {text(`events.type.${type}`)}
            </Tag>
          ))}
        </span>
      ),
    },
    {
      key: "personal",
      title: text("events.personal"),
      width: 130,
      render: (property) => <PersonalSwitch detail={detail} property={property} />,
    },
    ...seenColumns(text),
  ];
  return (
    <Panel flush>
      <DataTable<Property>
        label={text("events.tab.properties")}
        rows={detail.properties}
        rowKey={rowKey}
        columns={columns}
        minWidth={640}
        empty={<EmptyState text={text("events.noProperties")} />}
        phoneRow={(property) => ({
          title: <code className="mono">{property.name}</code>,
          detail: property.types.map((type) => text(`events.type.${type}`)).join(", "),
          figures: <PersonalSwitch detail={detail} property={property} />,
        })}
      />
    </Panel>
  );
}

function PersonalSwitch({ detail, property }: { readonly detail: EventDetail; readonly property: Property }) {
  const text = useText();
  const may = useMay();
  const params = { ...useWorkspaceParams(), name: detail.name };
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const update = useChange(updateEventDefinition, [getEventDefinition, listEventDefinitions]);
  const set = (personal: boolean) => {
    const others = detail.properties.filter((one) => one.personal && one.name !== property.name).map((one) => one.name);
    return update
      .mutateAsync({ params, body: { personalProperties: personal ? [...others, property.name] : others } })
      .then(() => undefined, showFault);
  };
  const ask = (personal: boolean) =>
    void modal.confirm({
      title: text(personal ? "events.markTitle" : "events.unmarkTitle", { name: property.name }),
      content: text(personal ? "events.markBody" : "events.unmarkBody"),
      okText: text("common.confirm"),
      cancelText: text("common.cancel"),
      onOk: () => set(personal),
    });
  return (
    <Switch
      size="small"
      checked={property.personal}
      disabled={!may("events:define")}
      loading={update.isPending}
      aria-label={`${text("events.personal")} ${property.name}`}
      onChange={ask}
    />
  );
}
