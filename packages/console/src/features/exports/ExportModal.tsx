import {
  createExport,
  downloadExport,
  EXPORT_FORMATS,
  listExportable,
  listExports,
  type ExportFormat,
} from "@terrace/contract/api/exports";
import { App, Form, Input, Radio, Select } from "antd";
import { routeUrl } from "../../app/api/client.ts";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { startDownload } from "./download.ts";
import type { ExportTarget } from "./export-target.ts";
import "./exports.css";

type Fields = {
  readonly format: ExportFormat;
  readonly columns?: readonly string[];
  readonly clear: boolean;
  readonly reason?: string;
};
type ExportModalProps = ExportTarget & { readonly onClose: () => void };

/** Asks for format, columns and whether personal values are to be in clear; then the browser downloads the file by itself. */
export function ExportModal({ what, filters, moreColumns = [], onClose }: ExportModalProps) {
  const text = useText();
  const params = useWorkspaceParams();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const create = useChange(createExport, [listExports]);
  const [form] = Form.useForm<Fields>();
  const given = filtersOf(filters);
  const submit = ({ format, columns, clear, reason }: Fields) =>
    create.mutate(
      {
        params,
        body: {
          what,
          format,
          filters: given,
          columns: format === "jsonl" ? [] : [...(columns ?? [])],
          clear,
          ...(clear ? { reason: reason ?? "" } : {}),
        },
      },
      {
        onSuccess: ({ id }) => {
          startDownload(routeUrl(downloadExport, { ...params, export: id }, {}));
          void message.success(text("exports.started"));
          onClose();
        },
        onError: showFault,
      },
    );
  return (
    <FormModal<Fields>
      title={text("exports.title")}
      okText={text("exports.download")}
      busy={create.isPending}
      onSubmit={submit}
      onClose={onClose}
      form={form}
      width={480}
      initialValues={{ format: "csv", clear: false }}
    >
      <p className="muted">{text(Object.keys(given).length === 0 ? "exports.whole" : "exports.filtered")}</p>
      <Form.Item name="format" label={text("exports.format")}>
        <Radio.Group
          className="choice-lines"
          options={EXPORT_FORMATS.map((format) => ({ value: format, label: text(`exports.format.${format}`) }))}
        />
      </Form.Item>
      <Columns what={what} moreColumns={moreColumns} form={form} />
      <Clearness what={what} form={form} />
    </FormModal>
  );
}

type PartProps = { readonly what: string; readonly form: ReturnType<typeof Form.useForm<Fields>>[0] };

function useExportable(what: string) {
  const exportable = useCall(listExportable, { params: useWorkspaceParams() }, { staleMs: 300_000 });
  return exportable.data?.items.find((one) => one.what === what);
}

function Columns({ what, moreColumns, form }: PartProps & { readonly moreColumns: readonly string[] }) {
  const text = useText();
  const format = Form.useWatch("format", form);
  const columns = [...(useExportable(what)?.columns ?? []), ...moreColumns];
  if (format === "jsonl") return <p className="muted">{text("exports.jsonlWhole")}</p>;
  return (
    <Form.Item name="columns" label={text("common.columns")}>
      <Select
        mode="multiple"
        allowClear
        placeholder={text("exports.allColumns")}
        options={columns.map((name) => ({ value: name, label: name }))}
      />
    </Form.Item>
  );
}

function Clearness({ what, form }: PartProps) {
  const text = useText();
  const may = useMay();
  const clear = Form.useWatch("clear", form);
  if (useExportable(what)?.canBeClear !== true) return null;
  return (
    <>
      <Form.Item name="clear" label={text("exports.personal")}>
        <Radio.Group
          className="choice-lines"
          options={[
            { value: false, label: text("exports.masked") },
            { value: true, label: text("exports.clear"), disabled: !may("people:unmask") },
          ]}
        />
      </Form.Item>
      {clear ? (
        <Form.Item
          name="reason"
          label={text("exports.reason")}
          rules={[{ required: true, whitespace: true, min: 3, max: 300, message: text("person.unmaskReasonRule") }]}
        >
          <Input.TextArea rows={2} maxLength={300} placeholder={text("exports.reasonExample")} />
        </Form.Item>
      ) : null}
    </>
  );
}

function filtersOf(filters: ExportTarget["filters"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(filters ?? {}).flatMap(([name, value]) => (value === undefined || value === "" ? [] : [[name, String(value)]])),
  );
}
