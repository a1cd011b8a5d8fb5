import type { MetricDefinitionBody, MetricView } from "@terrace/contract/api/metric-parts";
import { changeMetric, createMetric, getMetric, listMetrics } from "@terrace/contract/api/metrics";
import { METRIC_DIRECTIONS, METRIC_UNITS } from "@terrace/domain/insight/metrics/metric";
import { Button, Form, Input, Segmented, Select } from "antd";
import { useState } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useLanguage, useText } from "../../app/i18n.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { DefinitionBuilder } from "./DefinitionBuilder.tsx";
import { MetricPreview } from "./MetricPreview.tsx";
import { inLanguage, likelyUnit } from "./metric-words.ts";
import "../insight/frame/frame.css";
import "./metrics.css";

type Draft = Pick<MetricView, "unit" | "better"> & {
  readonly name: string;
  readonly nameEn: string;
  readonly description: string;
  readonly definition: MetricDefinitionBody;
};
const KINDS = ["measure", "ratio", "formula"] as const;

/** Makes an own metric, or changes one. */
export function MetricFormPage() {
  const { metric } = useParams();
  const [search] = useSearchParams();
  const metrics = useCall(listMetrics, { params: useWorkspaceParams(), query: { archived: "true" } });
  const wanted = metric ?? search.get("from") ?? undefined;
  return (
    <QueryView query={metrics} skeleton={10}>
      {({ items }) => <MetricForm key={wanted} metrics={items} given={items.find(({ id }) => id === wanted)} />}
    </QueryView>
  );
}

function startOf(given: MetricView | undefined, copyName: string): Draft {
  if (given === undefined)
    return {
      name: "",
      nameEn: "",
      description: "",
      unit: "count",
      better: "up",
      definition: { kind: "measure", events: [{ event: null }], measure: { kind: "events" } },
    };
  const { name, unit, better, description } = given;
  if (given.definition !== null)
    return { name: name.zh, nameEn: name.en === name.zh ? "" : name.en, description, unit, better, definition: given.definition };
  const definition = { kind: "copy" as const, basedOn: { id: given.id, version: given.version }, parameters: {} };
  return { name: `${name.zh}${copyName}`, nameEn: `${name.en} (copy)`, description: "", unit, better, definition };
}

function MetricForm({ metrics, given }: { readonly metrics: readonly MetricView[]; readonly given: MetricView | undefined }) {
  const text = useText();
  const language = useLanguage();
  const [draft, setDraft] = useState(() => startOf(given, text("metrics.copySuffix")));
  // A unit that somebody chose stays, whatever the metric is made of.
  const [unitChosen, setUnitChosen] = useState(given !== undefined);
  const edit = (change: Partial<Draft>) => {
    if (change.unit !== undefined) setUnitChosen(true);
    setDraft({ ...draft, ...change });
  };
  const define = (definition: MetricDefinitionBody) => {
    const unit = unitChosen ? undefined : likelyUnit(definition, (id) => metrics.find((metric) => metric.id === id)?.unit);
    setDraft({ ...draft, definition, ...(unit === undefined ? {} : { unit }) });
  };
  const title = given?.own === true ? inLanguage(given.name, language) : text(given === undefined ? "metrics.new" : "metrics.copyOf");
  return (
    <>
      <PageHeader title={title} actions={<SaveButton draft={draft} given={given} />} />
      <div className="metric-form">
        <Panel>
          <Form layout="vertical" component="div">
            <Naming draft={draft} edit={edit} />
            {draft.definition.kind === "copy" ? null : (
              <Form.Item label={text("metrics.kind")}>
                <Segmented
                  block
                  value={draft.definition.kind}
                  onChange={(kind) => define(emptyOf(kind))}
                  options={KINDS.map((kind) => ({ value: kind, label: text(`metrics.kind.${kind}`) }))}
                />
              </Form.Item>
            )}
            <DefinitionBuilder
              definition={draft.definition}
              metrics={metrics.filter(({ id, archivedAt }) => archivedAt === null && id !== (given?.own === true ? given.id : ""))}
              onChange={define}
            />
          </Form>
        </Panel>
        <MetricPreview definition={draft.definition} unit={draft.unit} better={draft.better} name={draft.name} />
      </div>
    </>
  );
}

function emptyOf(kind: (typeof KINDS)[number]): MetricDefinitionBody {
  if (kind === "ratio") return { kind, of: "orders", per: "active_people" };
  if (kind === "formula") return { kind, formula: "A / B", metrics: ["net_revenue", "orders"] };
  return { kind, events: [{ event: null }], measure: { kind: "events" } };
}

function Naming({ draft, edit }: { readonly draft: Draft; readonly edit: (change: Partial<Draft>) => void }) {
  const text = useText();
  return (
    <>
      <div className="metric-form-pair">
        <Form.Item label={text("metrics.name")} required>
          <Input
            aria-label={text("metrics.name")}
            maxLength={80}
            value={draft.name}
            onChange={({ target }) => edit({ name: target.value })}
          />
        </Form.Item>
        <Form.Item label={text("metrics.nameEn")}>
          <Input
            aria-label={text("metrics.nameEn")}
            maxLength={80}
            value={draft.nameEn}
            onChange={({ target }) => edit({ nameEn: target.value })}
          />
        </Form.Item>
        <Form.Item label={text("metrics.unit")}>
          <Select
            aria-label={text("metrics.unit")}
            value={draft.unit}
            onChange={(unit) => edit({ unit })}
            options={METRIC_UNITS.map((unit) => ({ value: unit, label: text(`metrics.unit.${unit}`) }))}
          />
        </Form.Item>
        <Form.Item label={text("metrics.better")}>
          <Select
            aria-label={text("metrics.better")}
            value={draft.better}
            onChange={(better) => edit({ better })}
            options={METRIC_DIRECTIONS.map((better) => ({ value: better, label: text(`metrics.better.${better}`) }))}
          />
        </Form.Item>
      </div>
      <Form.Item label={text("metrics.description")}>
        <Input.TextArea
          aria-label={text("metrics.description")}
          autoSize={{ minRows: 1, maxRows: 4 }}
          maxLength={2_000}
          value={draft.description}
          onChange={({ target }) => edit({ description: target.value })}
        />
      </Form.Item>
    </>
  );
}

function SaveButton({ draft, given }: { readonly draft: Draft; readonly given: MetricView | undefined }) {
  const text = useText();
  const link = useLink();
  const navigate = useNavigate();
  const showFault = useFaultMessage();
  const params = useWorkspaceParams();
  const create = useChange(createMetric, [listMetrics]);
  const change = useChange(changeMetric, [listMetrics, getMetric]);
  const { nameEn, ...rest } = draft;
  const body = { ...rest, name: draft.name.trim(), ...(nameEn.trim() === "" ? {} : { nameEn: nameEn.trim() }) };
  const done = { onSuccess: ({ id }: { readonly id: string }) => void navigate(link(`insight/metrics/${id}`)), onError: showFault };
  const save = () => {
    if (given?.own === true) change.mutate({ params: { ...params, metric: given.id }, body: { ...body, version: given.version } }, done);
    else create.mutate({ params, body }, done);
  };
  return (
    <Button type="primary" loading={create.isPending || change.isPending} disabled={body.name === ""} onClick={save}>
      {text("common.save")}
    </Button>
  );
}
