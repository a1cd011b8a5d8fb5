import { DeleteOutlined } from "@ant-design/icons";
import { addNote, removeNote } from "@terrace/contract/api/person-remarks";
import { getPerson } from "@terrace/contract/api/people";
import { App, Button, Input } from "antd";
import { useState } from "react";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Panel } from "../../ui/Panel.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import type { ClearValues, Person } from "./answers.ts";

/** Notes of operators about a person. */
export function NotesCard({ person, clear }: { readonly person: Person; readonly clear: ClearValues | undefined }) {
  const text = useText();
  const write = useMay()("people:write");
  const params = { ...useWorkspaceParams(), person: person.id };
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const remove = useChange(removeNote, [getPerson]);
  const confirmRemove = (note: string) =>
    void modal.confirm({
      title: text("person.removeNoteTitle"),
      content: text("person.removeNoteBody"),
      okText: text("common.delete"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: () => remove.mutateAsync({ params: { ...params, note } }).catch(showFault),
    });
  return (
    <Panel title={text("person.notes")} {...(person.notes.length === 0 ? {} : { count: person.notes.length })}>
      {write ? <NoteForm person={person} /> : null}
      {person.notes.length === 0 ? <span className="muted">{text("person.noNotes")}</span> : null}
      <ul className="notes">
        {person.notes.map((note) => (
          <li key={note.id}>
            <p>{clear?.notes[note.id] ?? note.text}</p>
            <div className="row muted small">
              <span className="ellipsis" title={note.author}>
                {note.author}
              </span>
              <TimeText at={note.createdAt} form="recent" />
              {write ? (
                <Button
                  type="text"
                  size="small"
                  className="copy-button"
                  aria-label={text("person.removeNoteTitle")}
                  icon={<DeleteOutlined />}
                  onClick={() => confirmRemove(note.id)}
                />
              ) : null}
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function NoteForm({ person }: { readonly person: Person }) {
  const text = useText();
  const params = { ...useWorkspaceParams(), person: person.id };
  const showFault = useFaultMessage();
  const [draft, setDraft] = useState("");
  const add = useChange(addNote, [getPerson]);
  const save = () => add.mutate({ params, body: { text: draft.trim() } }, { onSuccess: () => setDraft(""), onError: showFault });
  return (
    <div className="note-form">
      <Input.TextArea
        autoSize={{ minRows: 1, maxRows: 6 }}
        maxLength={4000}
        value={draft}
        placeholder={text("person.notePlaceholder")}
        aria-label={text("person.notePlaceholder")}
        onChange={(event) => setDraft(event.target.value)}
      />
      {draft.trim() === "" ? null : (
        <Button type="primary" size="small" loading={add.isPending} onClick={save}>
          {text("person.saveNote")}
        </Button>
      )}
    </div>
  );
}
