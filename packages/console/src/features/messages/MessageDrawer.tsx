import { getMessage, type MessageNote, type MessageStory } from "@terrace/contract/api/messages";
import { Drawer } from "antd";
import { Link } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { MessageState } from "./MessageState.tsx";
import { noteWords, sourceWords, standingWords } from "./message-words.ts";
import { storyLines } from "./story-lines.ts";
import "./messages.css";

/** The story of one message in words: what was asked, decided and why, handed over, and told by the provider. */
export function MessageDrawer({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const text = useText();
  const message = useCall(getMessage, { params: { ...useWorkspaceParams(), message: id } });
  return (
    <Drawer open size={480} title={text("messages.story")} onClose={onClose}>
      <QueryView query={message} skeleton={6}>
        {(story) => <Story story={story} />}
      </QueryView>
    </Drawer>
  );
}

function Story({ story }: { readonly story: MessageStory }) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  const { person, channel, template, version, purpose, state, askedAt, attempts, reference, transactional, dueAt } = story;
  const why = standingWords(story, format);
  const facts: readonly (readonly [string, string])[] = [
    [text("governor.channel"), text(`templates.channelOf.${channel}`)],
    [text("governor.purpose"), transactional ? `${purpose} · ${text("governor.reason.transactional")}` : purpose],
    [text("messages.source"), sourceWords(story, text)],
    [text("messages.attempts"), format.count(attempts)],
    ...(dueAt === null ? [] : [[text("messages.next"), format.tableTime(dueAt)] as const]),
    [text("messages.reference"), reference],
  ];
  return (
    <div className="stack">
      <div className="row-wrap">
        <MessageState state={state} />
        <span>{why}</span>
      </div>
      <div className="row-wrap">
        {person === null ? (
          <span className="muted">{text("governor.nobody")}</span>
        ) : (
          <Link to={link(`people/${person.id}`)}>{person.displayName}</Link>
        )}
        <Link to={link(`touch/templates/${template}`)}>
          {version === null ? text("messages.templateOf", { id: template }) : text("messages.versionOf", { id: template, version })}
        </Link>
      </div>
      <table className="plain-table">
        <tbody>
          {facts.map(([name, value]) => (
            <tr key={name}>
              <th scope="row" className="muted fact-name">
                {name}
              </th>
              <td className="wrap-any">{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ol className="message-story" aria-label={text("messages.story")}>
        <li>
          <TimeText at={askedAt} /> <span>{text("messages.asked")}</span>
        </li>
        {storyLines(story).map((note, at) => (
          <NoteLine key={at} note={note} />
        ))}
      </ol>
    </div>
  );
}

function NoteLine({ note }: { readonly note: MessageNote }) {
  const format = useFormat();
  const why = standingWords(note, format);
  return (
    <li>
      <TimeText at={note.at} /> <span>{noteWords(note)}</span>
      {why === "" ? null : <div className="small muted">{why}</div>}
    </li>
  );
}
