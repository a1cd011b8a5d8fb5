import { listPyramids } from "@terrace/contract/api/pyramids";
import { Button } from "antd";
import { Link } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { useText, useWords } from "../../app/i18n.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { ClassStage } from "../classes/ClassStage.tsx";
import { PyramidPicture } from "./picture/PyramidPicture.tsx";
import { PyramidTemplates } from "./PyramidTemplates.tsx";
import { EMPTY, LIVE_MS, newPyramidPath, pyramidPath } from "./pyramid-paths.ts";

/** The pyramids of people that there are; templates are offered below. */
export function PyramidsPage() {
  const text = useText();
  const words = useWords();
  const link = useLink();
  const write = useMay()("segments:write");
  const pyramids = useCall(listPyramids, { params: useWorkspaceParams() }, { refetchMs: LIVE_MS });
  return (
    <>
      <PageHeader
        title={text("nav.pyramids")}
        meta={<span>{text("pyramids.intro")}</span>}
        actions={
          write ? (
            <Link to={link(newPyramidPath(EMPTY))}>
              <Button>{text("pyramids.beginEmpty")}</Button>
            </Link>
          ) : null
        }
      />
      <QueryView query={pyramids} skeleton={8}>
        {({ items }) => (
          <div className="stack">
            {items.length === 0 ? (
              <Panel>
                <EmptyState text={text(write ? "pyramids.empty" : "pyramids.emptyNoRight")} />
              </Panel>
            ) : null}
            {items.map((pyramid) => (
              <Panel
                key={pyramid.key}
                title={<Link to={link(pyramidPath(pyramid.key))}>{words(pyramid.name)}</Link>}
                extra={<ClassStage live={pyramid.live} />}
                label={words(pyramid.name)}
              >
                <PyramidPicture pyramid={pyramid} />
              </Panel>
            ))}
            {write ? <PyramidTemplates taken={items.map(({ key }) => key)} /> : null}
          </div>
        )}
      </QueryView>
    </>
  );
}
