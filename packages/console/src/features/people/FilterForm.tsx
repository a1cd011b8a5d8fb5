import { listTags } from "@terrace/contract/api/person-remarks";
import { IDENTITY_KINDS } from "@terrace/domain/identity/identity-kinds";
import { Button, Form, Input, Select } from "antd";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { PeopleView } from "./people-query.ts";
import { SEEN_DAYS } from "./people-query.ts";

type Fields = {
  readonly tag: string | undefined;
  readonly kind: PeopleView["kind"] | undefined;
  readonly seenDays: PeopleView["seenDays"] | undefined;
  readonly traitKey: string | undefined;
  readonly traitValue: string | undefined;
};

function traitOf({ traitKey, traitValue }: Fields): string {
  const key = traitKey?.trim() ?? "";
  const value = traitValue?.trim() ?? "";
  return key === "" || value === "" ? key : `${key}:${value}`;
}

/** The filters of the list: tag, kind of id, a trait, and when the person was last seen. */
export function FilterForm({ view, onApply }: { readonly view: PeopleView; readonly onApply: (view: Partial<PeopleView>) => void }) {
  const text = useText();
  const format = useFormat();
  const tags = useCall(listTags, { params: useWorkspaceParams() });
  const [traitKey, ...rest] = view.trait.split(":");
  const apply = (fields: Fields) =>
    onApply({ tag: fields.tag ?? "", kind: fields.kind ?? "", seenDays: fields.seenDays ?? "", trait: traitOf(fields) });
  const initial: Fields = {
    tag: view.tag || undefined,
    kind: view.kind || undefined,
    seenDays: view.seenDays || undefined,
    traitKey: traitKey ?? "",
    traitValue: rest.join(":"),
  };
  return (
    <Form<Fields> layout="vertical" className="filter-form" initialValues={initial} onFinish={apply}>
      <Form.Item name="tag" label={text("people.filterTag")}>
        <Select
          allowClear
          showSearch
          placeholder={text("common.anyone")}
          loading={tags.isLoading}
          options={(tags.data?.items ?? []).map(({ tag, people }) => ({ value: tag, label: `${tag} · ${format.count(people)}` }))}
        />
      </Form.Item>
      <Form.Item name="kind" label={text("people.filterKind")}>
        <Select
          allowClear
          placeholder={text("common.anyone")}
          options={IDENTITY_KINDS.map((kind) => ({ value: kind, label: text(`identity.${kind}`) }))}
        />
      </Form.Item>
      <Form.Item name="seenDays" label={text("people.lastSeen")}>
        <Select
          allowClear
          placeholder={text("common.anyone")}
          options={SEEN_DAYS.map((days) => ({ value: days, label: text("home.lastDays", { count: Number(days) }) }))}
        />
      </Form.Item>
      <div className="filter-trait">
        <Form.Item name="traitKey" label={text("people.filterTrait")}>
          <Input placeholder={text("people.traitKey")} />
        </Form.Item>
        <Form.Item name="traitValue" label={text("people.traitEquals")}>
          <Input placeholder={text("people.traitAny")} />
        </Form.Item>
      </div>
      <Button type="primary" htmlType="submit" block>
        {text("people.apply")}
      </Button>
    </Form>
  );
}
