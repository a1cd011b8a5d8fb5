import { getRetention, previewRetention, saveRetention } from "@terrace/contract/api/privacy";
import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { App, Button, Input, InputNumber, Switch } from "antd";
import { useState } from "react";
import type { CallAnswer } from "../../app/api/client.ts";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { ProofsPanel } from "./ProofsPanel.tsx";

type Retention = CallAnswer<typeof getRetention>;
type Rule = Retention["rules"][number];
const REFETCH_MS = 5_000;
const DEFAULT_DAYS = 365;

/** For how long events are kept, and the proofs that what expired is gone. */
export function RetentionTab() {
  const text = useText();
  const retention = useCall(getRetention, { params: useWorkspaceParams() }, { refetchMs: REFETCH_MS });
  return (
    <div className="stack">
      <p className="muted tab-hint">{text("privacy.retentionHint")}</p>
      <QueryView query={retention} skeleton={4}>
        {(data) => <RulesPanel key={JSON.stringify(data.rules)} retention={data} />}
      </QueryView>
      <ProofsPanel />
    </div>
  );
}

function RulesPanel({ retention }: { readonly retention: Retention }) {
  const text = useText();
  const manage = useMay()("workspace:manage");
  const [rules, setRules] = useState<readonly Rule[]>(retention.rules);
  const byDefault = rules.find(({ event }) => event === "");
  const own = rules.filter(({ event }) => event !== "");
  const changed = JSON.stringify(rules) !== JSON.stringify(retention.rules);
  const setDefault = (days: number | null) => setRules(days === null ? own : [{ event: "", days }, ...own]);
  const replace = (index: number, rule: Rule | undefined) =>
    setRules([
      ...(byDefault === undefined ? [] : [byDefault]),
      ...own.flatMap((one, at) => (at === index ? (rule === undefined ? [] : [rule]) : [one])),
    ]);
  const state =
    retention.runningSince === null ? (
      retention.checkedAt === null ? null : (
        <span className="muted small">
          {text("privacy.checked")} <TimeText at={retention.checkedAt} form="recent" />
        </span>
      )
    ) : (
      <span className="small">{text("privacy.purging")}</span>
    );
  return (
    <Panel title={text("privacy.rules")} extra={state}>
      <ul className="rules">
        <li>
          <span className="grow">{text("privacy.otherEvents")}</span>
          <Days days={byDefault?.days ?? null} disabled={!manage} label={text("privacy.otherEvents")} onChange={setDefault} />
        </li>
        {own.map((rule, index) => (
          // Rows have no identity of their own while their names are typed.
          // eslint-disable-next-line react/no-array-index-key
          <li key={index}>
            <Input
              className="grow"
              value={rule.event}
              maxLength={255}
              disabled={!manage}
              placeholder={text("privacy.eventName")}
              aria-label={text("privacy.eventName")}
              onChange={(event) => replace(index, { ...rule, event: event.target.value })}
            />
            <Days days={rule.days} disabled={!manage} label={rule.event} onChange={(days) => replace(index, { ...rule, days })} />
            {manage ? (
              <Button
                type="text"
                icon={<DeleteOutlined />}
                aria-label={`${text("common.remove")} ${rule.event}`}
                onClick={() => replace(index, undefined)}
              />
            ) : null}
          </li>
        ))}
      </ul>
      {manage ? (
        <div className="row">
          <Button icon={<PlusOutlined />} onClick={() => setRules([...rules, { event: " ", days: DEFAULT_DAYS }])}>
            {text("privacy.addRule")}
          </Button>
          {changed ? <SaveRules rules={rules} /> : null}
        </div>
      ) : null}
    </Panel>
  );
}

type DaysProps = {
  readonly days: number | null;
  readonly disabled: boolean;
  readonly label: string;
  readonly onChange: (days: number | null) => void;
};

function Days({ days, disabled, label, onChange }: DaysProps) {
  const text = useText();
  return (
    <span className="row">
      {days === null ? (
        <span className="muted">{text("privacy.forGood")}</span>
      ) : (
        <InputNumber
          min={1}
          max={36_500}
          precision={0}
          value={days}
          disabled={disabled}
          suffix={text("privacy.days")}
          aria-label={`${text("privacy.keepFor")} ${label}`}
          onChange={(value) => onChange(value ?? DEFAULT_DAYS)}
        />
      )}
      <Switch
        checked={days !== null}
        disabled={disabled}
        aria-label={`${text("privacy.limit")} ${label}`}
        onChange={(limited) => onChange(limited ? DEFAULT_DAYS : null)}
      />
    </span>
  );
}

/** Says how many events go before they go: this cannot be taken back. */
function SaveRules({ rules }: { readonly rules: readonly Rule[] }) {
  const text = useText();
  const format = useFormat();
  const params = useWorkspaceParams();
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const preview = useChange(previewRetention);
  const save = useChange(saveRetention, [getRetention]);
  const body = {
    rules: rules.map(({ event, days }) => ({ event: event.trim(), days })).filter(({ event, days }) => event !== "" || days !== null),
  };
  const ask = () =>
    preview.mutate(
      { params, body },
      {
        onError: showFault,
        onSuccess: ({ items }) => {
          const count = items.reduce((sum, { events }) => sum + events, 0);
          void modal.confirm({
            title: text("privacy.saveRulesTitle"),
            content:
              count === 0
                ? text("privacy.nothingExpired")
                : text("privacy.expiredNow", {
                    count,
                    shown: format.count(count),
                    names: items
                      .slice(0, 5)
                      .map(({ event, events }) => `${event} ${format.count(events)}`)
                      .join(", "),
                  }),
            okText: text("common.save"),
            okButtonProps: { danger: count > 0 },
            cancelText: text("common.cancel"),
            onOk: () => save.mutateAsync({ params, body }).then(() => undefined, showFault),
          });
        },
      },
    );
  return (
    <Button type="primary" loading={preview.isPending} onClick={ask}>
      {text("privacy.saveRules")}
    </Button>
  );
}
