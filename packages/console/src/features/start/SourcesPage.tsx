import { useText } from "../../app/i18n.ts";
import { useLink, useMay } from "../../app/workspace/workspace-context.ts";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { Button } from "antd";
import { Link } from "react-router";
import { ENDPOINTS } from "./endpoints.ts";
import { SendGuide } from "./SendGuide.tsx";

/** How data gets in: the addresses that take events, and the guide for the first one. */
export function SourcesPage() {
  const text = useText();
  const link = useLink();
  const may = useMay();
  return (
    <>
      <PageHeader
        title={text("nav.sources")}
        meta={<span>{text("sources.intro")}</span>}
        actions={
          may("keys:manage") ? (
            <Link to={link("settings/keys")}>
              <Button>{text("nav.keys")}</Button>
            </Link>
          ) : null
        }
      />
      <div className="stack start-page">
        <SendGuide />
        <Panel flush title={text("sources.endpoints")}>
          <div className="plain-table-scroll">
            <table className="plain-table endpoints">
              <thead>
                <tr>
                  <th scope="col">{text("sources.protocol")}</th>
                  <th scope="col">{text("sources.address")}</th>
                  <th scope="col">{text("sources.clients")}</th>
                </tr>
              </thead>
              <tbody>
                {ENDPOINTS.map(({ key, path }) => (
                  <tr key={key}>
                    <th scope="row">{text(`sources.protocol.${key}`)}</th>
                    <td>
                      <code className="mono">{path}</code>
                    </td>
                    <td className="muted">{text(`sources.clients.${key}`)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Panel>
      </div>
    </>
  );
}
