import { DeleteOutlined, EditOutlined, MoreOutlined, PlusOutlined } from "@ant-design/icons";
import { App, Button, Dropdown, Tag } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { useText, useWords } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useMay } from "../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { computedPath } from "../computed/computed-paths.ts";
import { useDefinitionWords } from "../computed/DefinitionText.tsx";
import { useComputedTraits } from "../computed/use-trait-names.ts";
import { valueText } from "../computed/value-text.ts";
import type { ClearValues, Person } from "./answers.ts";
import { TraitModal } from "./TraitModal.tsx";
import { traitName } from "./trait-name.ts";
import { traitText } from "./trait-text.ts";
import { useTraitChange } from "./use-trait-change.ts";

type Trait = Person["traits"][number];

/** Traits that Terrace works out itself carry a `$`; they are not set by hand. */
function isComputed({ key }: Trait): boolean {
  return key.startsWith("$");
}

function ordered(traits: readonly Trait[]): readonly Trait[] {
  return traits.toSorted((a, b) => Number(isComputed(a)) - Number(isComputed(b)) || a.key.localeCompare(b.key));
}

/** What is known about a person, key by key; personal values are masked until shown in clear. */
export function TraitsCard({ person, clear }: { readonly person: Person; readonly clear: ClearValues | undefined }) {
  const text = useText();
  const write = useMay()("people:write");
  const [editing, setEditing] = useState<Trait | "new">();
  return (
    <Panel
      flush
      title={text("person.traits")}
      count={person.traits.length}
      extra={
        write ? (
          <Button type="link" size="small" icon={<PlusOutlined />} onClick={() => setEditing("new")}>
            {text("common.add")}
          </Button>
        ) : null
      }
    >
      {person.traits.length === 0 ? (
        <EmptyState text={text("person.noTraits")} />
      ) : (
        <table className="plain-table traits">
          <tbody>
            {ordered(person.traits).map((trait) => (
              <TraitRow
                key={trait.key}
                person={person}
                trait={trait}
                clearValue={clear?.traits[trait.key]}
                {...(write && !isComputed(trait) ? { onEdit: () => setEditing(trait) } : {})}
              />
            ))}
          </tbody>
        </table>
      )}
      {editing === undefined ? null : (
        <TraitModal person={person} trait={editing === "new" ? undefined : editing} onClose={() => setEditing(undefined)} />
      )}
    </Panel>
  );
}

/** How a computed trait is reckoned, in a sentence; undefined for others. */
function useHow({ key, reckoned }: Trait): string | undefined {
  const text = useText();
  const wordsOf = useDefinitionWords();
  const known = useComputedTraits().find(({ trait }) => trait === key);
  if (reckoned === undefined || known === undefined) return undefined;
  return text("person.reckonedBy", { how: wordsOf(known.definition) });
}

/** What a trait is called; a computed one leads to how it is reckoned. */
function TraitTitle({ trait: { key, computed, reckoned } }: { readonly trait: Trait }) {
  const text = useText();
  const words = useWords();
  const link = useLink();
  if (reckoned === undefined) return <span title={key}>{computed?.name ?? traitName(key)}</span>;
  return (
    <>
      <Link to={link(computedPath(reckoned.key))}>{words(reckoned.name)}</Link> <Tag>{text("person.reckoned")}</Tag>
    </>
  );
}

type TraitRowProps = { readonly person: Person; readonly trait: Trait; readonly clearValue: unknown; readonly onEdit?: () => void };

function TraitRow({ person, trait, clearValue, onEdit }: TraitRowProps) {
  const text = useText();
  const format = useFormat();
  const time = format.tableTime(trait.updatedAt);
  const { reckoned } = trait;
  const how = useHow(trait);
  const { modal } = App.useApp();
  const { change } = useTraitChange(person.id);
  const unset = () =>
    void modal.confirm({
      title: text("person.unsetTitle", { key: trait.key }),
      content: text("person.unsetBody"),
      okText: text("common.delete"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: () => change({ unset: [trait.key] }),
    });
  // Personal values are changed at their source: the mask on screen must never be written back as the value.
  const items = [
    ...(trait.personal ? [] : [{ key: "edit", icon: <EditOutlined />, label: text("common.edit"), onClick: () => onEdit?.() }]),
    { key: "unset", icon: <DeleteOutlined />, danger: true, label: text("common.delete"), onClick: unset },
  ];
  return (
    <tr
      title={
        how ??
        (trait.computed === undefined ? text("person.updatedAt", { time }) : text("person.computedBy", { name: trait.computed.name, time }))
      }
    >
      <th scope="row" className="wrap-any">
        <TraitTitle trait={trait} />
      </th>
      <td className="wrap-any">
        {reckoned === undefined
          ? (trait.computed?.valueName ?? traitText(clearValue ?? trait.value, format))
          : valueText(trait.value, reckoned.unit, format)}
      </td>
      <td className="trait-menu">
        {onEdit === undefined ? null : (
          <Dropdown trigger={["click"]} menu={{ items }}>
            <Button type="text" size="small" aria-label={`${text("common.more")} ${trait.key}`} icon={<MoreOutlined />} />
          </Dropdown>
        )}
      </td>
    </tr>
  );
}
