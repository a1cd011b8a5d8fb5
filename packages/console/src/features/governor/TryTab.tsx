import { tryGovernor, type ExplainedCheck, type GovernorTrial } from "@terrace/contract/api/governor";
import { listTemplates } from "@terrace/contract/api/templates";
import { MESSAGE_CHANNELS, type MessageChannel } from "@terrace/domain/messages/channel";
import { Alert, Button, Checkbox, Form, Select, Tag } from "antd";
import { useState } from "react";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useSettled } from "../../app/shell/use-palette.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FaultAlert } from "../../ui/FaultAlert.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { SearchSelect } from "../../ui/SearchSelect.tsx";
import { TimeInput } from "../flags/WindowInput.tsx";
import { PersonPicker } from "../merges/PersonPicker.tsx";
import { checkWords, ruleWords, verdictWords } from "./governor-words.ts";
import { PurposeSelect } from "./PurposeSelect.tsx";
import type { HeldRules } from "./RulesTab.tsx";

type Tried = {
  readonly channel: MessageChannel;
  readonly purpose: string | undefined;
  readonly tags: readonly string[];
  readonly transactional: boolean;
  readonly template: string;
  readonly at: string | null;
};
const BEGUN: Tried = { channel: "sms", purpose: undefined, tags: [], transactional: false, template: "", at: null };

/** Whether somebody would get a message now or later, and what each rule says. */
export function TryTab({ rules }: { readonly rules: HeldRules }) {
  const text = useText();
  const params = useWorkspaceParams();
  const [person, setPerson] = useState("");
  const [tried, setTried] = useState(BEGUN);
  const ask = useChange(tryGovernor);
  const change = (part: Partial<Tried>) => setTried({ ...tried, ...part });
  const { purpose, at, channel, template, transactional } = tried;
  const isWhole = person !== "" && purpose !== undefined;
  const submit = () => {
    if (purpose === undefined) return;
    const when = at === null ? {} : { at };
    ask.mutate({ params, body: { person, channel, template, purpose, tags: [...tried.tags], transactional, ...when } });
  };
  return (
    <div className="governor-try">
      <Panel title={text("governor.tryTitle")} label={text("governor.tryTitle")}>
        <p className="small muted">{text("governor.tryNote")}</p>
        <Form layout="vertical" component="div">
          <Form.Item label={text("governor.person")}>
            <PersonPicker value={person} onPick={setPerson} hint={text("governor.pickPerson")} />
          </Form.Item>
          <MessageItems tried={tried} onChange={change} />
          <Form.Item label={text("governor.when")} extra={text("governor.whenHint")}>
            <TimeInput label={text("governor.when")} at={at} onChange={(next) => change({ at: next })} />
          </Form.Item>
          <Button type="primary" disabled={!isWhole} loading={ask.isPending} onClick={submit}>
            {text("governor.tryDo")}
          </Button>
        </Form>
      </Panel>
      <div className="stack">
        {ask.error === null ? null : <FaultAlert error={ask.error} />}
        {ask.data === undefined ? (
          <Panel title={text("governor.answer")} label={text("governor.answer")}>
            <p className="muted">{text("governor.notTried")}</p>
          </Panel>
        ) : (
          <Answer trial={ask.data} rules={rules} />
        )}
      </div>
    </div>
  );
}

type ItemsProps = { readonly tried: Tried; readonly onChange: (part: Partial<Tried>) => void };

/** The message: that of a template, or any. */
function MessageItems({ tried, onChange }: ItemsProps) {
  const text = useText();
  return (
    <>
      <Form.Item label={text("governor.template")} extra={text("governor.templateHint")}>
        <TemplatePicker tried={tried} onChange={onChange} />
      </Form.Item>
      <Form.Item label={text("governor.channel")}>
        <Select
          aria-label={text("governor.channel")}
          value={tried.channel}
          onChange={(channel) => onChange({ channel, template: "" })}
          options={MESSAGE_CHANNELS.map((value) => ({ value, label: text(`templates.channelOf.${value}`) }))}
        />
      </Form.Item>
      <Form.Item label={text("governor.purpose")}>
        <PurposeSelect
          isNeeded
          {...(tried.purpose === undefined ? {} : { value: tried.purpose })}
          onChange={(purpose) => onChange({ purpose })}
        />
      </Form.Item>
      <Form.Item label={text("governor.tags")}>
        <Select<string[]>
          mode="tags"
          open={false}
          suffixIcon={null}
          maxCount={10}
          aria-label={text("governor.tags")}
          placeholder={text("governor.tagsHint")}
          value={[...tried.tags]}
          onChange={(tags) => onChange({ tags })}
        />
      </Form.Item>
      <Form.Item>
        <Checkbox checked={tried.transactional} onChange={({ target }) => onChange({ transactional: target.checked })}>
          {text("governor.transactional")}
        </Checkbox>
      </Form.Item>
    </>
  );
}

function TemplatePicker({ tried, onChange }: ItemsProps) {
  const text = useText();
  const [typed, setTyped] = useState("");
  const search = useSettled(typed.trim(), 250);
  const found = useCall(
    listTemplates,
    { params: useWorkspaceParams(), query: { limit: 20, ...(search === "" ? {} : { search }) } },
    { keepPrevious: true },
  );
  const items = found.data?.items ?? [];
  const choose = (id: string) => {
    const one = items.find((item) => item.id === id);
    if (one !== undefined)
      onChange({ template: id, channel: one.channel, purpose: one.purpose, tags: one.tags, transactional: one.transactional });
  };
  return (
    <SearchSelect
      label={text("governor.template")}
      placeholder={text("governor.anyTemplate")}
      value={items.some(({ id }) => id === tried.template) ? tried.template : undefined}
      options={items.map(({ id, name, channel }) => ({ value: id, label: name, detail: text(`templates.channelOf.${channel}`) }))}
      hasMore={found.data?.nextCursor !== undefined}
      isAsking={found.isFetching}
      none={text("governor.noTemplates")}
      onSearch={setTyped}
      onChoose={choose}
    />
  );
}

const TYPES = { send: "success", defer: "warning", block: "error" } as const;

function Answer({ trial, rules }: { readonly trial: GovernorTrial; readonly rules: HeldRules }) {
  const text = useText();
  const format = useFormat();
  const { verdict, zone, at, checks, sent } = trial;
  const told = checks.filter(({ answer }) => answer !== "not_about");
  return (
    <Panel title={text("governor.answer")} label={text("governor.answer")}>
      <div className="stack">
        <Alert type={TYPES[verdict.verdict]} showIcon title={verdictWords(verdict, text, format)} />
        <p className="small muted">{text("governor.triedAt", { at: format.tableTime(at), zone, count: sent })}</p>
        <ul className="governor-checks">
          {told.map((one) => (
            <CheckRow key={`${one.check} ${one.rule ?? ""}`} explained={one} rules={rules} />
          ))}
        </ul>
        {told.length === checks.length ? null : (
          <p className="small muted">{text("governor.othersNotAbout", { count: checks.length - told.length })}</p>
        )}
      </div>
    </Panel>
  );
}

const TONES = { passes: "badge-on", defers: "badge-waits", blocks: "badge-blocks", not_asked: "", not_about: "" } as const;

function CheckRow({ explained, rules }: { readonly explained: ExplainedCheck; readonly rules: HeldRules }) {
  const text = useText();
  const format = useFormat();
  const { check, rule, answer } = explained;
  const known = { quietHours: rules.rules.quietHours, caps: [...rules.rules.caps, ...rules.platformCaps] };
  return (
    <li>
      <Tag variant="filled" className={TONES[answer]}>
        {text(`governor.answer.${answer}`)}
      </Tag>
      <span className="grow">
        <span className="strong">{text(`governor.check.${check}`)}</span>
        {rule === null ? null : <span className="muted"> · {ruleWords(rule, known, text, format)}</span>}
        <br />
        <span>{checkWords(explained, text, format)}</span>
      </span>
    </li>
  );
}
