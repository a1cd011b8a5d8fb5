import { SEGMENT_IDS_MAX } from "@terrace/contract/api/segments";
import { IDENTITY_KINDS, type IdentityKind } from "@terrace/domain/identity/identity-kinds";
import { Form, Input, Select, Upload } from "antd";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { readIds } from "./ids-list.ts";

/** Ids being typed, and of which kind they are. */
export type IdsDraft = { readonly identity: "person" | IdentityKind; readonly typed: string };
type Props = { readonly draft: IdsDraft; readonly onChange: (draft: IdsDraft) => void };

const KINDS = [...IDENTITY_KINDS, "person"] as const;

/** People by their ids: typed, pasted, or taken from a file. */
export function ListEditor({ draft, onChange }: Props) {
  const text = useText();
  const format = useFormat();
  const count = readIds(draft.typed).length;
  const tooMany = count > SEGMENT_IDS_MAX;
  return (
    <Form layout="vertical" component="div">
      <Form.Item label={text("segments.idKind")}>
        <Select<IdsDraft["identity"]>
          aria-label={text("segments.idKind")}
          value={draft.identity}
          onChange={(identity) => onChange({ ...draft, identity })}
          options={KINDS.map((kind) => ({ value: kind, label: kind === "person" ? text("insight.personId") : text(`identity.${kind}`) }))}
        />
      </Form.Item>
      <Form.Item
        label={text("segments.ids")}
        validateStatus={tooMany ? "error" : ""}
        help={
          tooMany
            ? text("segments.idsTooMany", { max: format.count(SEGMENT_IDS_MAX), count: format.count(count) })
            : text("segments.idsCount", { count, shown: format.count(count) })
        }
      >
        <Input.TextArea
          aria-label={text("segments.ids")}
          className="mono"
          rows={8}
          value={draft.typed}
          onChange={({ target }) => onChange({ ...draft, typed: target.value })}
        />
      </Form.Item>
      <Upload
        accept=".csv,.txt"
        showUploadList={false}
        beforeUpload={(file) => {
          void file.text().then((typed) => onChange({ ...draft, typed }));
          return false;
        }}
      >
        <button type="button" className="plain-button link-like">
          {text("segments.idsFile")}
        </button>
      </Upload>
    </Form>
  );
}
