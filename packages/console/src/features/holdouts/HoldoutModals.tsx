import { createHoldout, getHoldout, listHoldouts, updateHoldout, type HoldoutDetail } from "@terrace/contract/api/holdouts";
import { PROGRAM_KINDS, SHARE_MAX, SHARE_MIN, SHARE_USUAL, type ProgramKind } from "@terrace/domain/holdouts/holdout";
import { App, Form, Input, InputNumber, Segmented, Select } from "antd";
import { useNavigate } from "react-router";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { KEY_PATTERN } from "./cost-time.ts";
import { holdoutPath, scopeOf } from "./holdout-words.ts";

const UNITS = ["never", "week", "month", "quarter", "year"] as const;
type Unit = (typeof UNITS)[number];
type Common = { name: string; percent: number; unit: Unit };
type New = Common & { key: string; what: "everything" | "some"; kinds?: ProgramKind[]; keys?: Partial<Record<ProgramKind, string[]>> };

const rotationOf = (unit: Unit) => (unit === "never" ? null : { every: 1, unit });
const shareOf = (percent: number) => Math.round(percent * 100);

/** Begins a holdout. */
export function NewHoldoutModal({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const link = useLink();
  const navigate = useNavigate();
  const params = useWorkspaceParams();
  const create = useChange(createHoldout, [listHoldouts]);
  const [form] = Form.useForm<New>();
  const what = Form.useWatch("what", form) ?? "everything";
  const chosen = Form.useWatch("kinds", form) ?? [];
  const submit = ({ key, name, percent, unit, kinds = [], keys = {} }: New) =>
    create.mutate(
      {
        params,
        body: {
          key,
          name,
          share: shareOf(percent),
          rotation: rotationOf(unit),
          scope: what === "everything" ? "everything" : scopeOf(kinds, keys),
        },
      },
      { onSuccess: () => void navigate(link(holdoutPath(key))) },
    );
  return (
    <FormModal<New>
      title={text("holdouts.new")}
      okText={text("holdouts.begin")}
      busy={create.isPending}
      error={create.error}
      form={form}
      onSubmit={submit}
      onClose={onClose}
      width={520}
      initialValues={{ percent: SHARE_USUAL / 100, unit: "quarter", what: "everything" }}
    >
      <NameItem autoFocus />
      <Form.Item
        name="key"
        label={text("holdouts.key")}
        extra={text("holdouts.keyHint")}
        rules={[{ required: true, pattern: /^[a-z][a-z0-9_-]{0,39}$/, message: text("holdouts.keyNeeded") }]}
      >
        <Input maxLength={40} />
      </Form.Item>
      <Form.Item name="what" label={text("holdouts.scope")}>
        <Segmented options={(["everything", "some"] as const).map((value) => ({ value, label: text(`holdouts.what.${value}`) }))} />
      </Form.Item>
      {what === "some" ? (
        <Form.Item name="kinds" rules={[{ required: true, message: text("holdouts.kindsNeeded") }]}>
          <Select
            mode="multiple"
            aria-label={text("holdouts.kinds")}
            placeholder={text("holdouts.kinds")}
            options={PROGRAM_KINDS.map((kind) => ({ value: kind, label: text(`holdouts.kind.${kind}`) }))}
          />
        </Form.Item>
      ) : null}
      {what === "some" ? chosen.map((kind) => <KeysItem key={kind} kind={kind} />) : null}
      <ShareAndRotation />
    </FormModal>
  );
}

/** Single programs of a kind; all of it where none is named. */
function KeysItem({ kind }: { readonly kind: ProgramKind }) {
  const text = useText();
  return (
    <Form.Item
      name={["keys", kind]}
      label={text("holdouts.keysOf", { kind: text(`holdouts.kind.${kind}`) })}
      extra={text("holdouts.keysHint")}
      rules={[{ type: "array", defaultField: { type: "string", pattern: KEY_PATTERN }, message: text("holdouts.programKeyNeeded") }]}
    >
      <Select<string[]> mode="tags" open={false} suffixIcon={null} placeholder={text(`holdouts.all.${kind}`)} />
    </Form.Item>
  );
}

/** Changes a running holdout. */
export function ChangeHoldoutModal({ holdout, onClose }: { readonly holdout: HoldoutDetail; readonly onClose: () => void }) {
  const text = useText();
  const { message } = App.useApp();
  const params = { ...useWorkspaceParams(), holdout: holdout.key };
  const save = useChange(updateHoldout, [listHoldouts, getHoldout]);
  const [form] = Form.useForm<Common>();
  const percent = Form.useWatch("percent", form) ?? holdout.generation.share / 100;
  const isNewShare = shareOf(percent) !== holdout.generation.share;
  // A rhythm that the form does not offer stays until another one is chosen.
  const unit = UNITS.find((one) => one === (holdout.rotation?.unit ?? "never"));
  const isKept = (chosen: Unit) => chosen === unit;
  const submit = ({ name, unit: chosen }: Common) =>
    save.mutate(
      { params, body: { name, share: shareOf(percent), ...(isKept(chosen) ? {} : { rotation: rotationOf(chosen) }) } },
      {
        onSuccess: () => {
          void message.success(text("holdouts.saved"));
          onClose();
        },
      },
    );
  return (
    <FormModal<Common>
      title={text("holdouts.change")}
      okText={text("common.save")}
      busy={save.isPending}
      error={save.error}
      form={form}
      onSubmit={submit}
      onClose={onClose}
      width={520}
      initialValues={{ name: holdout.name, percent: holdout.generation.share / 100, ...(unit === undefined ? {} : { unit }) }}
    >
      <NameItem />
      <ShareAndRotation />
      {isNewShare ? <p className="muted">{text("holdouts.newShareNote")}</p> : null}
    </FormModal>
  );
}

function NameItem({ autoFocus = false }: { readonly autoFocus?: boolean }) {
  const text = useText();
  return (
    <Form.Item
      name="name"
      label={text("holdouts.name")}
      rules={[{ required: true, whitespace: true, message: text("holdouts.nameNeeded") }]}
    >
      <Input maxLength={80} autoFocus={autoFocus} />
    </Form.Item>
  );
}

function ShareAndRotation() {
  const text = useText();
  return (
    <>
      <Form.Item
        name="percent"
        label={text("holdouts.share")}
        extra={text("holdouts.shareHint")}
        rules={[{ required: true, message: text("holdouts.shareNeeded") }]}
      >
        <InputNumber<number> min={SHARE_MIN / 100} max={SHARE_MAX / 100} precision={2} suffix="%" />
      </Form.Item>
      <Form.Item name="unit" label={text("holdouts.rotation")} extra={text("holdouts.rotationHint")}>
        <Select<Unit>
          options={UNITS.map((value) => ({ value, label: text(value === "never" ? "holdouts.never" : `holdouts.each.${value}`) }))}
        />
      </Form.Item>
    </>
  );
}
