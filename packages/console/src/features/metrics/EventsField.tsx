import { PlusOutlined } from "@ant-design/icons";
import type { AskedPeriod } from "@terrace/domain/insight/time/period";
import { Button } from "antd";
import { useText } from "../../app/i18n.ts";
import { SelectorRow } from "../insight/frame/SelectorRow.tsx";
import type { Events } from "./metric-words.ts";

const EVENTS_MAX = 20;
const RECENT: AskedPeriod = { last: 30, unit: "day" };

/** Some events, any of which counts; each can be narrowed. */
export function EventsField({ value, onChange }: { readonly value: Events; readonly onChange: (events: Events) => void }) {
  const text = useText();
  return (
    <div className="stack">
      {value.map((selector, at) => (
        <SelectorRow
          key={at}
          selector={selector}
          period={RECENT}
          onChange={(next) => onChange(value.map((each, index) => (index === at ? { ...next } : each)))}
          {...(value.length > 1 ? { onRemove: () => onChange(value.filter((_, index) => index !== at)) } : {})}
        />
      ))}
      {value.length < EVENTS_MAX ? (
        <div>
          <Button type="link" size="small" icon={<PlusOutlined />} onClick={() => onChange([...value, { event: null }])}>
            {text("metrics.addEvent")}
          </Button>
        </div>
      ) : null}
    </div>
  );
}
