import { reportHoldout } from "@terrace/contract/api/holdout-report";
import type { HoldoutDetail, HoldoutGeneration } from "@terrace/contract/api/holdouts";
import { bookProgramCosts, listProgramCosts } from "@terrace/contract/api/program-costs";
import { PROGRAM_KINDS, type ProgramKind } from "@terrace/domain/holdouts/holdout";
import { App, Form, Input, InputNumber, Select } from "antd";
import { useState } from "react";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { minorUnits } from "../../ui/format/numbers.ts";
import { costTime, KEY_PATTERN } from "./cost-time.ts";

type Fields = { kind: ProgramKind; key: string; day: string; amount: number };
type Props = { readonly holdout: HoldoutDetail; readonly turn: HoldoutGeneration; readonly onClose: () => void };

/** Books what a program of a holdout cost on a day of a turn. */
export function BookCostModal({ holdout: { scope }, turn, onClose }: Props) {
  const text = useText();
  const format = useFormat();
  const { message } = App.useApp();
  const params = useWorkspaceParams();
  // However often it is sent, it is booked once.
  const [id] = useState(() => `console-${crypto.randomUUID()}`);
  const book = useChange(bookProgramCosts, [listProgramCosts, reportHoldout]);
  const [form] = Form.useForm<Fields>();
  const kinds = scope === "everything" ? PROGRAM_KINDS : [...new Set(scope.map(({ kind }) => kind))];
  const kind = Form.useWatch("kind", form) ?? kinds[0];
  const keys = keysOf(scope, kind);
  const submit = ({ key, day, amount, ...program }: Fields) =>
    book.mutate(
      {
        params,
        body: {
          items: [
            {
              id,
              program: { kind: program.kind, key },
              at: costTime(day, turn, format.timeZone),
              amountMinor: minorUnits(amount, format.currency),
            },
          ],
        },
      },
      {
        onSuccess: () => {
          void message.success(text("holdouts.booked"));
          onClose();
        },
      },
    );
  const [first, last] = [format.day(turn.from), format.day(turn.to === null ? Date.now() : Date.parse(turn.to) - 1)];
  return (
    <FormModal<Fields>
      title={text("holdouts.book")}
      okText={text("holdouts.bookIt")}
      busy={book.isPending}
      error={book.error}
      form={form}
      onSubmit={submit}
      onClose={onClose}
      initialValues={{
        day: last,
        ...(kinds[0] === undefined ? {} : { kind: kinds[0] }),
        ...(keys?.[0] === undefined ? {} : { key: keys[0] }),
      }}
    >
      <Form.Item name="kind" label={text("holdouts.programKind")}>
        <Select<ProgramKind>
          onChange={(next) => form.setFieldValue("key", keysOf(scope, next)?.[0])}
          options={kinds.map((value) => ({ value, label: text(`holdouts.kind.${value}`) }))}
        />
      </Form.Item>
      <Form.Item
        name="key"
        label={text("holdouts.programKey")}
        extra={text("holdouts.programKeyHint")}
        rules={[{ required: true, pattern: KEY_PATTERN, message: text("holdouts.programKeyNeeded") }]}
      >
        {keys === undefined ? <Input maxLength={80} /> : <Select<string> options={keys.map((value) => ({ value, label: value }))} />}
      </Form.Item>
      <Form.Item name="day" label={text("holdouts.costDay")} rules={[{ required: true, message: text("holdouts.costDayNeeded") }]}>
        <Input type="date" min={first} max={last} />
      </Form.Item>
      <Form.Item
        name="amount"
        label={text("holdouts.amountIn", { currency: format.currency })}
        rules={[{ required: true, message: text("holdouts.amountNeeded") }]}
      >
        <InputNumber<number> min={0} />
      </Form.Item>
    </FormModal>
  );
}

/** Keys a holdout names of a kind; undefined where it covers all of the kind. */
function keysOf(scope: HoldoutDetail["scope"], kind: ProgramKind | undefined): readonly string[] | undefined {
  if (scope === "everything") return undefined;
  const own = scope.filter((one) => one.kind === kind);
  const named = own.flatMap(({ key }) => key ?? []);
  return named.length < own.length ? undefined : named;
}
