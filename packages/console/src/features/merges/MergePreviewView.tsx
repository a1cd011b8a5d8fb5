import { Alert, Tag } from "antd";
import { Link } from "react-router";
import { textOr, useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink } from "../../app/workspace/workspace-context.ts";
import { traitName } from "../person/trait-name.ts";
import { traitText } from "../person/trait-text.ts";
import type { MergePreview } from "./answers.ts";
import "./merges.css";

/** Both people side by side, what they would become, and what speaks against it. */
export function MergePreviewView({ preview }: { readonly preview: MergePreview }) {
  const text = useText();
  return (
    <div className="stack">
      {preview.conflicts.length === 0 ? null : (
        <Alert
          type="warning"
          showIcon
          title={text("merges.conflictTitle")}
          description={
            <ul className="plain-list">
              {preview.conflicts.map(({ kind, values }) => (
                <li key={kind}>{text("merges.conflictLine", { kind: text(`identity.${kind}`), values: values.join(" / ") })}</li>
              ))}
            </ul>
          }
        />
      )}
      {preview.allowed || preview.conflicts.length > 0 ? null : (
        <Alert type="error" showIcon title={text("merges.notAllowed")} description={textOr(`fault.${preview.reason}`, preview.reason)} />
      )}
      <div className="merge-sides">
        {preview.sides.map((side) => (
          <Side key={side.person} side={side} survives={side.person === preview.survivor} />
        ))}
        <After preview={preview} />
      </div>
    </div>
  );
}

function Side({ side, survives }: { readonly side: MergePreview["sides"][number]; readonly survives: boolean }) {
  const text = useText();
  const link = useLink();
  const format = useFormat();
  return (
    <section className="panel merge-side">
      <h2>
        <Link to={link(`people/${side.person}`)}>{side.displayName}</Link>
        {survives ? (
          <Tag className="badge-on" variant="filled">
            {text("merges.survivor")}
          </Tag>
        ) : null}
      </h2>
      <p className="muted">{text("merges.events", { count: side.eventCount, shown: format.count(side.eventCount) })}</p>
      <ul className="plain-list">
        {side.identities.map(({ kind, value, originId }) => (
          <li key={kind + originId} className="wrap-any">
            <small className="muted">{text(`identity.${kind}`)}</small> {value}
          </li>
        ))}
      </ul>
      <div className="tags">
        {side.tags.map((tag) => (
          <Tag key={tag} variant="filled">
            {tag}
          </Tag>
        ))}
      </div>
      <TraitLines traits={side.traits} />
    </section>
  );
}

function After({ preview }: { readonly preview: MergePreview }) {
  const text = useText();
  const format = useFormat();
  const events = preview.sides.reduce((sum, { eventCount }) => sum + eventCount, 0);
  const identities = preview.sides.flatMap((side) => side.identities);
  const tags = [...new Set(preview.sides.flatMap((side) => side.tags))];
  return (
    <section className="panel merge-side merge-after">
      <h2>{text("merges.after")}</h2>
      <p className="muted">{text("merges.events", { count: events, shown: format.count(events) })}</p>
      <ul className="plain-list">
        {identities.map(({ kind, value, originId }) => (
          <li key={kind + originId} className="wrap-any">
            <small className="muted">{text(`identity.${kind}`)}</small> {value}
          </li>
        ))}
      </ul>
      <div className="tags">
        {tags.map((tag) => (
          <Tag key={tag} variant="filled">
            {tag}
          </Tag>
        ))}
      </div>
      <TraitLines traits={preview.traits} />
    </section>
  );
}

function TraitLines({ traits }: { readonly traits: MergePreview["traits"] }) {
  const format = useFormat();
  return (
    <table className="plain-table merge-traits">
      <tbody>
        {traits.map(({ key, value }) => (
          <tr key={key}>
            <th scope="row" className="muted wrap-any">
              {traitName(key)}
            </th>
            <td className="wrap-any">{traitText(value, format)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
