import { Form, Input } from "antd";
import { useText } from "../../app/i18n.ts";
import { Panel } from "../../ui/Panel.tsx";
import type { FlagDraft } from "./flag-parts.ts";
import { PrerequisitesEditor } from "./PrerequisitesEditor.tsx";
import type { useGaps } from "./use-gaps.ts";
import { ValueInput } from "./ValueInput.tsx";
import { TimeInput } from "./WindowInput.tsx";

type Props = {
  readonly flag: string;
  readonly draft: FlagDraft;
  readonly onDraft: (draft: FlagDraft) => void;
  readonly gaps: ReturnType<typeof useGaps>;
};

/** What holds in every environment: values, what is presupposed, name and date. */
export function ValuesEditor({ flag, draft, onDraft, gaps }: Props) {
  const text = useText();
  const { definition } = draft;
  const edit = (change: Partial<FlagDraft["definition"]>) => onDraft({ ...draft, definition: { ...definition, ...change } });
  return (
    <>
      <Panel title={text("flags.values")}>
        <Form className="flag-fields" layout="vertical" component="div">
          <Form.Item label={text("flags.defaultValue")} extra={text("flags.defaultHint")}>
            <ValueInput
              label={text("flags.defaultValue")}
              type={definition.type}
              value={definition.defaultValue}
              onChange={(defaultValue) => edit({ defaultValue })}
              onGap={gaps.tell("default")}
            />
          </Form.Item>
          <Form.Item label={text("flags.offValue")} extra={text("flags.offHint")}>
            <ValueInput
              label={text("flags.offValue")}
              type={definition.type}
              value={definition.offValue}
              onChange={(offValue) => edit({ offValue })}
              onGap={gaps.tell("off")}
            />
          </Form.Item>
          <Form.Item label={text("flags.prerequisites")}>
            <PrerequisitesEditor all={definition.prerequisites} of={flag} onChange={(prerequisites) => edit({ prerequisites })} />
          </Form.Item>
        </Form>
      </Panel>
      <Panel title={text("flags.about")}>
        <Form className="flag-fields" layout="vertical" component="div">
          <Form.Item label={text("flags.name")} required>
            <Input
              aria-label={text("flags.name")}
              maxLength={100}
              value={draft.name}
              onChange={({ target }) => onDraft({ ...draft, name: target.value })}
            />
          </Form.Item>
          <Form.Item label={text("flags.description")}>
            <Input.TextArea
              aria-label={text("flags.description")}
              rows={2}
              maxLength={1_000}
              value={draft.description}
              onChange={({ target }) => onDraft({ ...draft, description: target.value })}
            />
          </Form.Item>
          <Form.Item label={text("flags.expiresAt")} extra={text("flags.expiresHint")}>
            <TimeInput label={text("flags.expiresAt")} at={draft.expiresAt} onChange={(expiresAt) => onDraft({ ...draft, expiresAt })} />
          </Form.Item>
        </Form>
      </Panel>
    </>
  );
}
