import { PlusOutlined } from "@ant-design/icons";
import { addTag, listTags, removeTag } from "@terrace/contract/api/person-remarks";
import { getPerson, listPeople } from "@terrace/contract/api/people";
import { App, Button, Tag, Tooltip } from "antd";
import { useState } from "react";
import { useChange } from "../../app/api/use-call.ts";
import { useText, useWords } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Panel } from "../../ui/Panel.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import type { Person } from "./answers.ts";
import type { TagInput } from "./TagModal.tsx";
import { TagModal } from "./TagModal.tsx";

const TOUCHES = [getPerson, listTags, listPeople];

/** Tags with who or which rule put them on, and their end; can be added, and taken off unless a rule holds them. */
export function TagsCard({ person }: { readonly person: Person }) {
  const text = useText();
  const may = useMay();
  const params = { ...useWorkspaceParams(), person: person.id };
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const [adding, setAdding] = useState(false);
  const add = useChange(addTag, TOUCHES);
  const remove = useChange(removeTag, TOUCHES);
  const write = may("people:write");
  const save = (body: TagInput) => add.mutate({ params, body }, { onSuccess: () => setAdding(false), onError: showFault });
  const confirmRemove = (tag: string) =>
    void modal.confirm({
      title: text("person.removeTagTitle", { tag }),
      okText: text("common.remove"),
      cancelText: text("common.cancel"),
      onOk: () => remove.mutateAsync({ params: { ...params, tag } }).catch(showFault),
    });
  return (
    <Panel
      title={text("people.tags")}
      extra={
        write ? (
          <Button type="link" size="small" icon={<PlusOutlined />} onClick={() => setAdding(true)}>
            {text("common.add")}
          </Button>
        ) : null
      }
    >
      {person.tags.length === 0 ? (
        <span className="muted">{text("person.noTags")}</span>
      ) : (
        <div className="tags">
          {person.tags.map((tag) => (
            <PersonTag
              key={tag.tag}
              tag={tag}
              {...(write && tag.rule?.holds !== true && tag.verification === null ? { onRemove: () => confirmRemove(tag.tag) } : {})}
            />
          ))}
        </div>
      )}
      {adding ? <TagModal title={text("person.addTag")} busy={add.isPending} onSave={save} onClose={() => setAdding(false)} /> : null}
    </Panel>
  );
}

function PersonTag({ tag, onRemove }: { readonly tag: Person["tags"][number]; readonly onRemove?: () => void }) {
  const text = useText();
  const format = useFormat();
  const words = useWords();
  const whence = ({ rule, verification, owner, createdAt }: Person["tags"][number]): string => {
    const day = format.day(createdAt);
    if (verification !== null) return text("person.tagByVerification", { name: words(verification.name), day });
    return rule === null ? text("person.tagBy", { owner, day }) : text("person.tagByRule", { rule: rule.name, day });
  };
  const hint = [whence(tag), ...(tag.expiresAt === null ? [] : [text("person.tagUntil", { time: format.tableTime(tag.expiresAt) })])].join(
    " · ",
  );
  return (
    <Tooltip title={hint}>
      <Tag
        variant="filled"
        {...(onRemove === undefined
          ? {}
          : {
              closable: { "aria-label": `${text("common.remove")} ${tag.tag}` },
              onClose: (event: React.MouseEvent) => {
                event.preventDefault();
                onRemove();
              },
            })}
      >
        {tag.tag}
        {tag.expiresAt === null ? null : <small className="muted"> {text("person.until", { day: format.day(tag.expiresAt) })}</small>}
      </Tag>
    </Tooltip>
  );
}
