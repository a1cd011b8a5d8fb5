import { getClass, listClasses } from "@terrace/contract/api/classes";
import { listClassification } from "@terrace/contract/api/privacy";
import { getRfmTraits, putRfmTraits, type RfmTraits } from "@terrace/contract/api/rfm-traits";
import { App, Button, Checkbox, Drawer, Form, Input, InputNumber, Segmented } from "antd";
import { useState } from "react";
import { useChange } from "../../app/api/use-call.ts";
import { useLanguage, useText } from "../../app/i18n.ts";
import { usePhone } from "../../app/theme/use-screen.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FaultAlert } from "../../ui/FaultAlert.tsx";
import { EventPicker } from "../conditions/EventPicker.tsx";
import { bodyOf, draftOf, LIMITS, limitsFit, type RfmDraft } from "./rfm-draft.ts";

type Props = { readonly scoring: RfmTraits["scoring"]; readonly onClose: () => void };

/** How everyone is scored by RFM: which orders, over how long, in equal parts or by own limits, and when. */
export function RfmDrawer({ scoring, onClose }: Props) {
  const text = useText();
  const phone = usePhone();
  const language = useLanguage();
  const { message } = App.useApp();
  const [draft, setDraft] = useState(() => draftOf(scoring));
  const edit = (change: Partial<RfmDraft>) => setDraft((now) => ({ ...now, ...change }));
  const put = useChange(putRfmTraits, [getRfmTraits, listClasses, getClass, listClassification]);
  const params = useWorkspaceParams();
  const body = bodyOf(draft, language === "en" ? "en" : "zh");
  const save = () => {
    if (body === undefined) return;
    put.mutate(
      { params, body },
      {
        onSuccess: () => {
          void message.success(text("classes.rfm.saved"));
          onClose();
        },
      },
    );
  };
  return (
    <Drawer
      open
      title={text("classes.rfm")}
      onClose={onClose}
      size={phone ? "100%" : 480}
      footer={
        <Button type="primary" disabled={body === undefined} loading={put.isPending} onClick={save}>
          {text("common.save")}
        </Button>
      }
    >
      <Form layout="vertical" component="div">
        <Form.Item label={text("classes.rfm.orders")} extra={text("classes.rfm.ordersNote")}>
          <Checkbox
            checked={draft.order === undefined}
            onChange={({ target }) => edit({ order: target.checked ? undefined : "Order Completed" })}
          >
            {text("classes.rfm.usualOrders")}
          </Checkbox>
          {draft.order === undefined ? null : (
            <EventPicker any={false} value={draft.order} onChange={(event) => event === null || edit({ order: event })} />
          )}
        </Form.Item>
        <Form.Item label={text("classes.rfm.lookbackLabel")}>
          <InputNumber<number>
            aria-label={text("classes.rfm.lookbackLabel")}
            min={1}
            max={3_660}
            precision={0}
            value={draft.lookbackDays}
            suffix={text("insight.daysUnit")}
            onChange={(lookbackDays) => lookbackDays === null || edit({ lookbackDays })}
          />
        </Form.Item>
        <Scores draft={draft} edit={edit} />
        <Form.Item label={text("classes.rfm.time")} extra={text("classes.rfm.timeNote")}>
          <Input
            type="time"
            aria-label={text("classes.rfm.time")}
            value={draft.dailyAt}
            onChange={({ target }) => target.value === "" || edit({ dailyAt: target.value })}
          />
        </Form.Item>
      </Form>
      {put.error === null ? null : <FaultAlert error={put.error} />}
    </Drawer>
  );
}

function Scores({ draft, edit }: { readonly draft: RfmDraft; readonly edit: (change: Partial<RfmDraft>) => void }) {
  const text = useText();
  return (
    <>
      <Form.Item label={text("classes.rfm.scoring")} extra={text(draft.own ? "classes.rfm.ownNote" : "classes.rfm.partsNote")}>
        <Segmented<"parts" | "own">
          aria-label={text("classes.rfm.scoring")}
          value={draft.own ? "own" : "parts"}
          onChange={(mode) => edit({ own: mode === "own" })}
          options={(["parts", "own"] as const).map((value) => ({ value, label: text(`classes.rfm.mode.${value}`) }))}
        />
      </Form.Item>
      {draft.own ? (
        LIMITS.map((name) => (
          <Form.Item key={name} label={text(`classes.rfm.${name}`)}>
            <Input
              aria-label={text(`classes.rfm.${name}`)}
              status={limitsFit(draft.limits[name]) ? "" : "error"}
              value={draft.limits[name]}
              onChange={({ target }) => edit({ limits: { ...draft.limits, [name]: target.value } })}
            />
          </Form.Item>
        ))
      ) : (
        <Form.Item label={text("classes.rfm.scores")}>
          <InputNumber<number>
            aria-label={text("classes.rfm.scores")}
            min={2}
            max={10}
            precision={0}
            value={draft.scores}
            onChange={(scores) => scores === null || edit({ scores })}
          />
        </Form.Item>
      )}
    </>
  );
}
