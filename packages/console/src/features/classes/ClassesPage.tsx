import { listClasses } from "@terrace/contract/api/classes";
import { isRfmKey } from "@terrace/domain/insight/rfm/rfm-classes";
import { Button } from "antd";
import { Link } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { ClassTemplates } from "./ClassTemplates.tsx";
import { ClassStage } from "./ClassStage.tsx";
import { RfmPanel } from "./RfmPanel.tsx";
import { ValueBars } from "./ValueBars.tsx";
import { classPath, LIVE_MS, newClassPath } from "./class-paths.ts";

/** The classes that sort people: lifecycle stages, value layers, own ones; those not switched on yet are offered below. */
export function ClassesPage() {
  const text = useText();
  const link = useLink();
  const write = useMay()("segments:write");
  const classes = useCall(listClasses, { params: useWorkspaceParams() }, { refetchMs: LIVE_MS });
  return (
    <>
      <PageHeader
        title={text("nav.lifecycle")}
        meta={<span>{text("classes.intro")}</span>}
        actions={
          write ? (
            <Link to={link(newClassPath())}>
              <Button>{text("classes.new")}</Button>
            </Link>
          ) : null
        }
      />
      <QueryView query={classes} skeleton={8}>
        {({ items }) => (
          <div className="stack">
            {items.length === 0 ? (
              <Panel>
                <EmptyState text={text(write ? "classes.empty" : "classes.emptyNoRight")} />
              </Panel>
            ) : null}
            {items.map((one) => (
              <Panel
                key={one.key}
                title={<Link to={link(classPath(one.key))}>{one.name}</Link>}
                extra={<ClassStage live={one.live} scheduled={isRfmKey(one.key)} />}
                label={one.name}
              >
                <ValueBars of={one} />
              </Panel>
            ))}
            <RfmPanel />
            {write ? <ClassTemplates taken={items.map(({ key }) => key)} /> : null}
          </div>
        )}
      </QueryView>
    </>
  );
}
