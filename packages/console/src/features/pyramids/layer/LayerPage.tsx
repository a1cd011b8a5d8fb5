import { getPyramid } from "@terrace/contract/api/pyramids";
import { Button } from "antd";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { useCall } from "../../../app/api/use-call.ts";
import { useText, useWords } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { useLink, useMay, useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { PageHeader } from "../../../ui/PageHeader.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { QueryView } from "../../../ui/QueryView.tsx";
import { ToneBadge } from "../../../ui/ToneBadge.tsx";
import { ConditionText } from "../../conditions/ConditionText.tsx";
import { ExportButton } from "../../exports/ExportButton.tsx";
import type { LayerView, PyramidView } from "../answers.ts";
import { LIVE_MS, pyramidPath } from "../pyramid-paths.ts";
import { AppointModal } from "./AppointModal.tsx";
import { LayerPeople } from "./LayerPeople.tsx";
import "./layer.css";

/** One layer of a pyramid: what it is, how its people are looked after, and who they are. */
export function LayerPage() {
  const text = useText();
  const { pyramid: key = "", layer: layerKey = "" } = useParams();
  const query = useCall(getPyramid, { params: { ...useWorkspaceParams(), pyramid: key } }, { refetchMs: LIVE_MS });
  return (
    <QueryView query={query} skeleton={10}>
      {(pyramid) => {
        const layer = pyramid.layers.find((one) => one.key === layerKey);
        return layer === undefined ? (
          <Panel>
            <EmptyState text={text("pyramids.noSuchLayer")} />
          </Panel>
        ) : (
          <LayerShown pyramid={pyramid} layer={layer} />
        );
      }}
    </QueryView>
  );
}

type Props = { readonly pyramid: PyramidView; readonly layer: LayerView };

function LayerShown({ pyramid, layer }: Props) {
  const text = useText();
  const words = useWords();
  const format = useFormat();
  const link = useLink();
  const write = useMay()("segments:write");
  const [appointing, setAppointing] = useState(false);
  return (
    <>
      <PageHeader
        title={words(layer.name)}
        tags={<ToneBadge badge={layer.badge} />}
        meta={
          <span>
            <Link to={link(pyramidPath(pyramid.key))}>{words(pyramid.name)}</Link> ·{" "}
            {text("pyramids.peopleAppointed", {
              count: layer.people,
              shown: format.count(layer.people),
              appointed: format.count(layer.appointed),
            })}
          </span>
        }
        actions={
          <>
            <ExportButton what="people" filters={{ segment: layer.segment }} />
            {write ? (
              <Button type="primary" onClick={() => setAppointing(true)}>
                {text("pyramids.appoint")}
              </Button>
            ) : null}
          </>
        }
      />
      <div className="stack">
        <Definition pyramid={pyramid} layer={layer} />
        <LayerPeople pyramid={pyramid} layer={layer} />
      </div>
      {appointing ? <AppointModal pyramid={pyramid} layer={layer.key} onClose={() => setAppointing(false)} /> : null}
    </>
  );
}

function Definition({ pyramid, layer }: Props) {
  const text = useText();
  const { rule, role, playbook, owners, benefits } = layer;
  const isLast = pyramid.layers.at(-1)?.key === layer.key;
  return (
    <Panel title={text("pyramids.definition")}>
      <dl className="layer-facts">
        <div>
          <dt>{text("pyramids.whoIsIn")}</dt>
          <dd>{rule === null ? text(isLast ? "pyramids.everyoneElse" : "pyramids.byAppointment") : <ConditionText condition={rule} />}</dd>
        </div>
        <div>
          <dt>{text("pyramids.upAndDown")}</dt>
          <dd>
            <Terms pyramid={pyramid} layer={layer} />
          </dd>
        </div>
        <Fact name={text("pyramids.role")} value={role} />
        <Fact name={text("pyramids.owners")} value={owners.map(({ name }) => name).join(text("verification.and"))} />
        <Fact name={text("pyramids.benefits")} value={benefits.join("\n")} />
        <Fact name={text("pyramids.playbook")} value={playbook} />
      </dl>
    </Panel>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  const text = useText();
  return (
    <div>
      <dt>{name}</dt>
      <dd className="layer-text">{value === "" ? <span className="muted">{text("pyramids.notSaid")}</span> : value}</dd>
    </div>
  );
}

/** When people come into a layer and when they leave it, in sentences. */
function Terms({ pyramid, layer: { promotion, demotion } }: Props) {
  const text = useText();
  const words = useWords();
  const format = useFormat();
  const unit = pyramid.contribution === null ? "" : words(pyramid.contribution.unit);
  const { lapse, minimum } = demotion;
  const lines = [
    text(`pyramids.promotion.${promotion}`),
    lapse === null
      ? text("pyramids.lapse.never")
      : lapse.graceDays === 0
        ? text("pyramids.lapse.atOnce")
        : text("pyramids.lapse.after", { count: lapse.graceDays }),
    ...(minimum === null
      ? []
      : [text("pyramids.minimumSaid", { least: format.figure(minimum.atLeast), unit, months: minimum.months, days: minimum.graceDays })]),
  ];
  return lines.map((line) => (
    <span key={line} className="condition-line">
      {line}
    </span>
  ));
}
