import type { HeldReport } from "@terrace/contract/api/rights";
import { Button } from "antd";
import { useState } from "react";
import { textOr, useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { Panel } from "../../ui/Panel.tsx";
import { withLocalTimes } from "../../ui/format/iso-times.ts";
import { TimeText } from "../../ui/TimeText.tsx";
import { heldText } from "./held-text.ts";
import "./rights.css";

type Holder = HeldReport["holders"][number];
const FIRST_SHOWN = 20;
const MORE_SHOWN = 200;

/** What one store holds, group by group; long groups open step by step. */
export function HeldGroups({ holder }: { readonly holder: Holder }) {
  return (
    <Panel title={textOr(`rights.holder.${holder.name}`, holder.name)}>
      {holder.groups
        .filter(({ total }) => total > 0)
        .map((group) => (
          <HeldGroup key={group.key} group={group} />
        ))}
    </Panel>
  );
}

function HeldGroup({ group }: { readonly group: Holder["groups"][number] }) {
  const text = useText();
  const format = useFormat();
  const [shown, setShown] = useState(FIRST_SHOWN);
  const items = group.items.slice(0, shown);
  return (
    <section className="held-group">
      <h3>
        {textOr(`rights.group.${group.key}`, group.key)} <span className="muted">{format.count(group.total)}</span>
      </h3>
      {items.length === 0 ? null : (
        <table className="plain-table held-table">
          <tbody>
            {items.map(({ what, value, at }, index) => (
              <tr key={index}>
                <th scope="row" className="muted wrap-any">
                  {group.key === "identities" ? textOr(`identity.${what}`, what) : what}
                </th>
                <td className="wrap-any">{withLocalTimes(heldText(value), format.tableTime)}</td>
                <td className="held-time">{at === null ? null : <TimeText at={at} form="recent" />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {items.length < group.total && items.length > 0 ? (
        <p className="muted">
          {text("rights.heldShown", { shown: format.count(items.length), total: format.count(group.total) })}{" "}
          {items.length < group.items.length ? (
            <Button size="small" onClick={() => setShown(shown + MORE_SHOWN)}>
              {text("common.loadMore")}
            </Button>
          ) : null}
        </p>
      ) : null}
    </section>
  );
}
