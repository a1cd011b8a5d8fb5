import { EyeInvisibleOutlined, EyeOutlined, MergeCellsOutlined, MoreOutlined } from "@ant-design/icons";
import { Button, Dropdown, Tag } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useMay } from "../../app/workspace/workspace-context.ts";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { PersonBadge } from "../people/PersonBadge.tsx";
import { LayerBadges } from "../pyramids/person/PersonPyramids.tsx";
import { ErasePerson } from "../rights/ErasePerson.tsx";
import { VerifiedBadges } from "../verification/PersonVerifications.tsx";
import type { Person } from "./answers.ts";

type PersonHeaderProps = { readonly person: Person; readonly clear: boolean; readonly onMask?: () => void };

/** Name, state and dates of a person, and what can be done with them. */
export function PersonHeader({ person, clear, onMask }: PersonHeaderProps) {
  const text = useText();
  const link = useLink();
  const may = useMay();
  const format = useFormat();
  return (
    <PageHeader
      title={person.displayName}
      avatar={
        <span className="person-avatar" aria-hidden="true">
          {[...person.displayName][0]?.toUpperCase()}
        </span>
      }
      tags={
        <>
          <PersonBadge identified={person.identified} />
          <LayerBadges person={person.id} />
          <VerifiedBadges person={person.id} />
          {person.mergeCount > 0 ? <Tag variant="filled">{text("person.merged", { count: person.mergeCount })}</Tag> : null}
        </>
      }
      meta={
        <>
          <span>{text("person.firstSeen", { time: format.dayTimeWords(person.firstSeenAt) })}</span>
          <span>{text("person.lastSeen", { time: format.dayTimeWords(person.lastSeenAt) })}</span>
          <span className="person-id">
            {text("person.id")}
            <CopyButton value={person.id} label={text("person.copyId")} />
          </span>
        </>
      }
      actions={
        <>
          {onMask === undefined ? null : (
            <Button icon={clear ? <EyeInvisibleOutlined /> : <EyeOutlined />} onClick={onMask}>
              {text(clear ? "person.mask" : "person.unmask")}
            </Button>
          )}
          {may("people:merge") ? (
            <Link to={link(`people/${person.id}/merge`)}>
              <Button icon={<MergeCellsOutlined />}>{text("person.mergeWith")}</Button>
            </Link>
          ) : null}
          <MoreActions person={person} />
        </>
      }
    />
  );
}

/** What is done seldom: looking at everything that is held, and erasing it. */
function MoreActions({ person }: { readonly person: Person }) {
  const text = useText();
  const link = useLink();
  const may = useMay();
  const navigate = useNavigate();
  const [erasing, setErasing] = useState(false);
  const items = [
    { key: "held", label: text("rights.held"), onClick: () => void navigate(link(`people/${person.id}/held`)) },
    ...(may("people:erase") ? [{ key: "erase", label: text("rights.erase"), danger: true, onClick: () => setErasing(true) }] : []),
  ];
  return (
    <>
      <Dropdown trigger={["click"]} menu={{ items }}>
        <Button icon={<MoreOutlined />} aria-label={text("common.more")} />
      </Dropdown>
      {erasing ? <ErasePerson person={person} onClose={() => setErasing(false)} /> : null}
    </>
  );
}
