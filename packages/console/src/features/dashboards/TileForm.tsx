import type { DashboardTile } from "@terrace/contract/api/dashboards";
import { listSavedAnalyses } from "@terrace/contract/api/insight-saved";
import { Form, Input, Segmented, Select } from "antd";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { useMetricOptions } from "./use-metrics.ts";

type Fields = {
  readonly kind: DashboardTile["content"]["kind"];
  readonly title?: string;
  readonly analysis?: string;
  readonly metric?: string;
  readonly as?: "figure" | "line";
  readonly text?: string;
};

type Props = { readonly tile?: DashboardTile; readonly onSave: (tile: DashboardTile) => void; readonly onClose: () => void };

const KINDS = ["analysis", "metric", "heading", "text"] as const;
const SIZES: { readonly [Kind in Fields["kind"]]: readonly [number, number] } = {
  analysis: [6, 8],
  question: [6, 8],
  metric: [3, 3],
  heading: [12, 1],
  text: [6, 3],
};

/** Chooses what a tile shows. */
export function TileForm({ tile, onSave, onClose }: Props) {
  const text = useText();
  const [form] = Form.useForm<Fields>();
  const kind = Form.useWatch("kind", form) ?? tile?.content.kind ?? "analysis";
  const saved = useCall(listSavedAnalyses, { params: useWorkspaceParams(), query: { limit: 200 } });
  const metrics = useMetricOptions();
  const required = [{ required: true, whitespace: true, message: text("signIn.required") }];
  return (
    <FormModal<Fields>
      title={text(tile === undefined ? "dashboards.addTile" : "dashboards.changeTile")}
      okText={text(tile === undefined ? "dashboards.add" : "common.save")}
      busy={false}
      form={form}
      initialValues={fieldsOf(tile)}
      onSubmit={(fields) => onSave(tileOf(fields, tile))}
      onClose={onClose}
    >
      <Form.Item name="kind" label={text("dashboards.tileKind")} hidden={tile?.content.kind === "question"}>
        <Segmented options={KINDS.map((one) => ({ value: one, label: text(`dashboards.kind.${one}`) }))} />
      </Form.Item>
      {kind === "analysis" ? (
        <Form.Item name="analysis" label={text("dashboards.kind.analysis")} rules={required} extra={text("dashboards.analysisHint")}>
          <Select
            showSearch={{ optionFilterProp: "label" }}
            loading={saved.isFetching}
            options={saved.data?.items.map(({ id, name }) => ({ value: id, label: name })) ?? []}
            notFoundContent={text("saved.empty")}
          />
        </Form.Item>
      ) : null}
      {kind === "metric" ? (
        <>
          <Form.Item name="metric" label={text("dashboards.kind.metric")} rules={required}>
            <Select showSearch={{ optionFilterProp: "label" }} options={metrics} />
          </Form.Item>
          <Form.Item name="as" label={text("dashboards.shownAs")}>
            <Segmented
              options={[
                { value: "figure", label: text("dashboards.as.figure") },
                { value: "line", label: text("dashboards.as.line") },
              ]}
            />
          </Form.Item>
        </>
      ) : null}
      {kind === "heading" || kind === "text" ? (
        <Form.Item name="text" label={text(`dashboards.kind.${kind}`)} rules={required}>
          {kind === "heading" ? <Input maxLength={80} /> : <Input.TextArea rows={5} maxLength={2_000} />}
        </Form.Item>
      ) : (
        <Form.Item name="title" label={text("dashboards.tileTitle")} extra={text("dashboards.tileTitleHint")}>
          <Input maxLength={80} />
        </Form.Item>
      )}
    </FormModal>
  );
}

function fieldsOf(tile: DashboardTile | undefined): Fields {
  if (tile === undefined) return { kind: "analysis", as: "figure" };
  const { content, title } = tile;
  if (content.kind === "analysis") return { kind: "analysis", analysis: content.analysis, title };
  if (content.kind === "metric") return { kind: "metric", metric: content.metric, as: content.as, title };
  if (content.kind === "question") return { kind: "question", title };
  return { kind: content.kind, text: content.text };
}

function tileOf(
  { kind, title = "", analysis = "", metric = "", as = "figure", text = "" }: Fields,
  tile: DashboardTile | undefined,
): DashboardTile {
  const size = kind === "metric" && as === "line" ? SIZES.analysis : SIZES[kind];
  const place = tile?.place ?? { x: 0, y: 0, w: size[0], h: size[1] };
  const kept = { id: tile?.id ?? crypto.randomUUID().slice(0, 8), place };
  if (kind === "question" && tile !== undefined) return { ...tile, title };
  if (kind === "analysis") return { ...kept, title, content: { kind, analysis } };
  if (kind === "metric") return { ...kept, title, content: { kind, metric, as } };
  return { ...kept, title: "", content: { kind: kind === "heading" ? "heading" : "text", text } };
}
