import { getBusinessEvents } from "@terrace/contract/api/metrics";
import { listSegments } from "@terrace/contract/api/segments";
import type { PersonCondition } from "@terrace/domain/conditions/condition";
import { Drawer } from "antd";
import { useState } from "react";
import { useCall, usePages } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { useSettled } from "../../../app/shell/use-palette.ts";
import { usePhone } from "../../../app/theme/use-screen.ts";
import { useMay, useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { LoadMore } from "../../../ui/LoadMore.tsx";
import { QueryView } from "../../../ui/QueryView.tsx";
import { SearchInput } from "../../../ui/SearchInput.tsx";
import { OwnTemplates } from "./OwnTemplates.tsx";
import { ruleOfTemplate, TEMPLATES } from "./rule-templates.ts";
import { TemplateRow, type Begin } from "./TemplateRow.tsx";

type Props = {
  /** The rule that stands in the builder, once it can be saved. */
  readonly own: PersonCondition | undefined;
  readonly onPick: (begin: Begin) => void;
  readonly onClose: () => void;
};

const USUAL_ORDER = "Order Completed";
const SEARCH_WAIT_MS = 300;

/** Rules to begin with: templates of the workspace, ready ones, and those of other segments. */
export function TemplateDrawer({ own, onPick, onClose }: Props) {
  const text = useText();
  const phone = usePhone();
  const may = useMay();
  const business = useCall(getBusinessEvents, { params: useWorkspaceParams() }, { enabled: may("events:read"), staleMs: 300_000 });
  const order = business.data?.events.order[0]?.event ?? USUAL_ORDER;
  return (
    <Drawer open title={text("segments.templates")} onClose={onClose} size={phone ? "100%" : 560}>
      <div className="stack">
        <OwnTemplates own={own} onPick={onPick} />
        <h3 className="template-head">{text("segments.readyTemplates")}</h3>
        <ul className="template-list">
          {TEMPLATES.map((key) => (
            <TemplateRow key={key} name={text(`segments.template.${key}`)} rule={ruleOfTemplate(key, order)} onPick={onPick} />
          ))}
        </ul>
        <OtherSegments onPick={onPick} />
      </div>
    </Drawer>
  );
}

/** Rules of segments there are; those without a rule are no beginning. */
function OtherSegments({ onPick }: Pick<Props, "onPick">) {
  const text = useText();
  const [typed, setTyped] = useState("");
  const search = useSettled(typed, SEARCH_WAIT_MS).trim();
  const query = search === "" ? {} : { search };
  const pages = usePages(listSegments, { params: useWorkspaceParams(), query }, { keepPrevious: true });
  const rows = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  const rules = rows.flatMap(({ id, name, rule }) => (rule === null ? [] : [{ id, name, rule }]));
  return (
    <section className="stack">
      <h3 className="template-head">{text("segments.fromSegments")}</h3>
      <SearchInput label={text("segments.search")} value={typed} onChange={setTyped} />
      <QueryView query={pages} skeleton={4}>
        {() => (
          <>
            {rules.length === 0 ? <EmptyState text={text("segments.noRules")} /> : null}
            <ul className="template-list">
              {rules.map(({ id, name, rule }) => (
                <TemplateRow key={id} name={name} rule={rule} onPick={onPick} />
              ))}
            </ul>
            <LoadMore pages={pages} loaded={rows.length} />
          </>
        )}
      </QueryView>
    </section>
  );
}
