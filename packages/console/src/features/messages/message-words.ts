import type { MessageNote, MessageView } from "@terrace/contract/api/messages";
import { textOr, type Text } from "../../app/i18n.ts";
import type { Format } from "../../app/workspace/use-format.ts";
import { reasonWords, whyWords } from "../governor/governor-words.ts";

/** Where a person's messages are listed. */
export function messagesOf(person: string): string {
  return `touch/messages?person=${person}`;
}

/** Why a message stands where it does; a provider's code is told as it is. */
export function standingWords({ reason, details }: Pick<MessageView, "reason" | "details">, format: Format): string {
  if (reason === "") return "";
  const why = whyWords({ reason, details }, format);
  const words = textOr(`messages.reason.${reason}`, reasonWords(reason));
  return why === "" ? words : `${words} · ${why}`;
}

/** One line of a message's story. */
export function noteWords({ what }: MessageNote): string {
  return textOr(`messages.note.${what}`, what);
}

/** Who asked for a message. */
export function sourceWords({ source }: MessageView, text: Text): string {
  return text(`messages.sourceOf.${source.kind}`);
}
