import { EyeOutlined, IdcardOutlined, LaptopOutlined, MailOutlined, MobileOutlined, UserOutlined, WechatOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import type { ReactNode } from "react";
import { useState } from "react";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { Panel } from "../../ui/Panel.tsx";
import type { ClearValues, Person } from "./answers.ts";

type Identity = Person["identities"][number];

const ICONS: Readonly<Record<Identity["kind"], ReactNode>> = {
  user_id: <UserOutlined />,
  member_no: <IdcardOutlined />,
  unionid: <WechatOutlined />,
  phone: <MobileOutlined />,
  email: <MailOutlined />,
  openid: <WechatOutlined />,
  anonymous_id: <LaptopOutlined />,
};
const SHOWN_FIRST = 8;

type IdentitiesCardProps = { readonly person: Person; readonly clear: ClearValues | undefined; readonly onUnmask?: () => void };

/** The ids a person is known by, strongest first. Personal ones are masked until shown in clear. */
export function IdentitiesCard({ person, clear, onUnmask }: IdentitiesCardProps) {
  const text = useText();
  const [all, setAll] = useState(false);
  const shown = all ? person.identities : person.identities.slice(0, SHOWN_FIRST);
  const more = person.identities.length - shown.length;
  return (
    <Panel title={text("people.identities")} count={person.identities.length}>
      <ul className="identities">
        {shown.map((identity) => (
          <IdentityLine
            key={`${identity.kind}${identity.originId}`}
            identity={identity}
            clearValue={clear?.identities[identity.originId]}
            {...(onUnmask === undefined ? {} : { onUnmask })}
          />
        ))}
      </ul>
      {more > 0 ? (
        <Button type="link" size="small" onClick={() => setAll(true)}>
          {text("person.moreIdentities", { count: more })}
        </Button>
      ) : null}
    </Panel>
  );
}

type IdentityLineProps = { readonly identity: Identity; readonly clearValue: string | undefined; readonly onUnmask?: () => void };

function IdentityLine({ identity, clearValue, onUnmask }: IdentityLineProps) {
  const text = useText();
  const format = useFormat();
  const masked = identity.personal && clearValue === undefined;
  return (
    <li>
      <span className="identity-icon">{ICONS[identity.kind]}</span>
      <div className="grow">
        <div className="muted small ellipsis" title={text("person.since", { day: format.day(identity.firstSeenAt) })}>
          {text(`identity.${identity.kind}`)} · {format.day(identity.firstSeenAt)}
        </div>
        <div className="wrap-any">{clearValue ?? identity.value}</div>
      </div>
      {masked ? (
        onUnmask === undefined ? null : (
          <Tooltip title={text("person.unmask")}>
            <Button
              type="text"
              size="small"
              className="copy-button"
              aria-label={text("person.unmask")}
              icon={<EyeOutlined />}
              onClick={onUnmask}
            />
          </Tooltip>
        )
      ) : (
        <CopyButton value={clearValue ?? identity.value} label={text("person.copyIdentity", { kind: text(`identity.${identity.kind}`) })} />
      )}
    </li>
  );
}
