import { Input, InputNumber, Segmented, Select } from "antd";
import { useState, type ReactNode } from "react";
import { jsonObjectSchema } from "@terrace/contract/api/insight-saved";
import { useText, type TextKey } from "../../app/i18n.ts";
import { NamedTexts } from "./NamedTexts.tsx";
import type { Content, ContentOf } from "./template-words.ts";

type Props<Of extends Content = Content> = { readonly content: Of; readonly disabled: boolean; readonly onChange: (next: Content) => void };

/** The fields of a content, by its channel. */
export function ContentFields({ content, ...rest }: Props) {
  switch (content.channel) {
    case "email":
      return <EmailFields content={content} {...rest} />;
    case "sms":
      return <SmsFields content={content} {...rest} />;
    case "push":
      return <PushFields content={content} {...rest} />;
    case "wechat":
      return <WechatFields content={content} {...rest} />;
    case "wecom":
      return <WecomFields content={content} {...rest} />;
    case "in_app":
      return <InAppFields content={content} {...rest} />;
    case "webhook":
      return <WebhookFields content={content} {...rest} />;
    default:
      return content satisfies never;
  }
}

function Field({ named, children }: { readonly named: TextKey; readonly children: ReactNode }) {
  return (
    <div className="template-field">
      <span className="small muted">{useText()(named)}</span>
      {children}
    </div>
  );
}

type WordsProps = {
  readonly named: TextKey;
  readonly value: string;
  readonly disabled: boolean;
  readonly rows?: number;
  readonly code?: boolean;
  readonly onChange: (value: string) => void;
};

function Words({ named, value, disabled, rows, code = false, onChange }: WordsProps) {
  const name = useText()(named);
  const change = (event: { readonly target: { readonly value: string } }) => onChange(event.target.value);
  return (
    <Field named={named}>
      {rows === undefined ? (
        <Input aria-label={name} value={value} disabled={disabled} onChange={change} />
      ) : (
        <Input.TextArea aria-label={name} className={code ? "mono" : ""} rows={rows} value={value} disabled={disabled} onChange={change} />
      )}
    </Field>
  );
}

function EmailFields({ content, disabled, onChange }: Props<ContentOf<"email">>) {
  const text = useText();
  const set = (part: Partial<ContentOf<"email">>) => onChange({ ...content, ...part });
  return (
    <div className="stack">
      <Words named="templates.field.subject" value={content.subject} disabled={disabled} onChange={(subject) => set({ subject })} />
      <Words named="templates.field.preheader" value={content.preheader} disabled={disabled} onChange={(preheader) => set({ preheader })} />
      <Field named="templates.field.format">
        <Segmented
          aria-label={text("templates.field.format")}
          disabled={disabled}
          value={content.format}
          onChange={(format) => set({ format })}
          options={[
            { value: "mjml" as const, label: "MJML" },
            { value: "html" as const, label: "HTML" },
          ]}
        />
      </Field>
      <Words named="templates.field.body" rows={18} code value={content.body} disabled={disabled} onChange={(body) => set({ body })} />
      <Words named="templates.field.replyTo" value={content.replyTo} disabled={disabled} onChange={(replyTo) => set({ replyTo })} />
    </div>
  );
}

function SmsFields({ content, disabled, onChange }: Props<ContentOf<"sms">>) {
  const set = (part: Partial<ContentOf<"sms">>) => onChange({ ...content, ...part });
  const { providerTemplate: registered } = content;
  const register = (id: string) => set({ providerTemplate: id === "" ? null : { id, params: registered?.params ?? [] } });
  return (
    <div className="stack">
      <Words named="templates.field.text" rows={5} value={content.text} disabled={disabled} onChange={(text) => set({ text })} />
      <Words named="templates.field.signature" value={content.signature} disabled={disabled} onChange={(signature) => set({ signature })} />
      <Words named="templates.field.providerTemplate" value={registered?.id ?? ""} disabled={disabled} onChange={register} />
      {registered === null ? null : (
        <NamedTexts
          named="templates.field.params"
          value={registered.params}
          disabled={disabled}
          onChange={(params) => set({ providerTemplate: { ...registered, params } })}
        />
      )}
    </div>
  );
}

function PushFields({ content, disabled, onChange }: Props<ContentOf<"push">>) {
  const set = (part: Partial<ContentOf<"push">>) => onChange({ ...content, ...part });
  return (
    <div className="stack">
      <Words named="templates.field.title" value={content.title} disabled={disabled} onChange={(title) => set({ title })} />
      <Words named="templates.field.text" rows={4} value={content.body} disabled={disabled} onChange={(body) => set({ body })} />
      <Words named="templates.field.link" value={content.link} disabled={disabled} onChange={(link) => set({ link })} />
      <Words named="templates.field.imageUrl" value={content.imageUrl} disabled={disabled} onChange={(imageUrl) => set({ imageUrl })} />
      <NamedTexts named="templates.field.data" value={content.data} disabled={disabled} onChange={(data) => set({ data })} />
    </div>
  );
}

function WechatFields({ content, disabled, onChange }: Props<ContentOf<"wechat">>) {
  const set = (part: Partial<ContentOf<"wechat">>) => onChange({ ...content, ...part });
  const { miniProgram: program } = content;
  const setProgram = (appId: string, page: string) => set({ miniProgram: appId === "" && page === "" ? null : { appId, page } });
  return (
    <div className="stack">
      <Words
        named="templates.field.templateId"
        value={content.templateId}
        disabled={disabled}
        onChange={(templateId) => set({ templateId })}
      />
      <NamedTexts named="templates.field.data" value={content.data} disabled={disabled} onChange={(data) => set({ data })} />
      <Words named="templates.field.link" value={content.link} disabled={disabled} onChange={(link) => set({ link })} />
      <Words
        named="templates.field.appId"
        value={program?.appId ?? ""}
        disabled={disabled}
        onChange={(appId) => setProgram(appId, program?.page ?? "")}
      />
      <Words
        named="templates.field.page"
        value={program?.page ?? ""}
        disabled={disabled}
        onChange={(page) => setProgram(program?.appId ?? "", page)}
      />
    </div>
  );
}

function WecomFields({ content, disabled, onChange }: Props<ContentOf<"wecom">>) {
  const { link } = content;
  const setLink = (title: string, url: string) => onChange({ ...content, link: title === "" && url === "" ? null : { title, url } });
  return (
    <div className="stack">
      <Words
        named="templates.field.text"
        rows={6}
        value={content.text}
        disabled={disabled}
        onChange={(text) => onChange({ ...content, text })}
      />
      <Words
        named="templates.field.linkTitle"
        value={link?.title ?? ""}
        disabled={disabled}
        onChange={(title) => setLink(title, link?.url ?? "")}
      />
      <Words named="templates.field.link" value={link?.url ?? ""} disabled={disabled} onChange={(url) => setLink(link?.title ?? "", url)} />
    </div>
  );
}

function InAppFields({ content, disabled, onChange }: Props<ContentOf<"in_app">>) {
  const text = useText();
  const set = (part: Partial<ContentOf<"in_app">>) => onChange({ ...content, ...part });
  return (
    <div className="stack">
      <Field named="templates.field.form">
        <Segmented
          aria-label={text("templates.field.form")}
          disabled={disabled}
          value={content.form}
          onChange={(form) => set({ form })}
          options={(["message", "pop_up"] as const).map((value) => ({ value, label: text(`templates.form.${value}`) }))}
        />
      </Field>
      <Words named="templates.field.title" value={content.title} disabled={disabled} onChange={(title) => set({ title })} />
      <Words named="templates.field.text" rows={5} value={content.body} disabled={disabled} onChange={(body) => set({ body })} />
      <Words named="templates.field.imageUrl" value={content.imageUrl} disabled={disabled} onChange={(imageUrl) => set({ imageUrl })} />
      <NamedTexts
        named="templates.field.buttons"
        value={content.buttons.map(({ label, url }) => ({ name: label, value: url }))}
        disabled={disabled}
        most={3}
        onChange={(buttons) => set({ buttons: buttons.map(({ name, value }) => ({ label: name, url: value })) })}
      />
      <Field named="templates.field.hours">
        <InputNumber
          aria-label={text("templates.field.hours")}
          min={1}
          max={8_760}
          precision={0}
          disabled={disabled}
          value={content.hours}
          onChange={(hours) => set({ hours })}
        />
      </Field>
    </div>
  );
}

function WebhookFields({ content, disabled, onChange }: Props<ContentOf<"webhook">>) {
  const text = useText();
  const [typed, setTyped] = useState(() => JSON.stringify(content.body, null, 2));
  const set = (part: Partial<ContentOf<"webhook">>) => onChange({ ...content, ...part });
  const read = objectIn(typed);
  const write = (next: string) => {
    setTyped(next);
    const body = objectIn(next);
    if (body !== undefined) set({ body });
  };
  return (
    <div className="stack">
      <Field named="templates.field.method">
        <Select
          aria-label={text("templates.field.method")}
          disabled={disabled}
          value={content.method}
          onChange={(method) => set({ method })}
          options={(["POST", "PUT"] as const).map((value) => ({ value, label: value }))}
        />
      </Field>
      <Words named="templates.field.url" value={content.url} disabled={disabled} onChange={(url) => set({ url })} />
      <NamedTexts named="templates.field.headers" value={content.headers} disabled={disabled} onChange={(headers) => set({ headers })} />
      <Words named="templates.field.json" rows={10} code value={typed} disabled={disabled} onChange={write} />
      {read !== undefined ? null : <p className="field-fault">{text("templates.jsonNeeded")}</p>}
    </div>
  );
}

function objectIn(typed: string): ContentOf<"webhook">["body"] | undefined {
  try {
    const read = jsonObjectSchema.safeParse(JSON.parse(typed));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}
