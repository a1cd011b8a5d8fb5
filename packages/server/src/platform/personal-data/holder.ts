import type { PersonalClass } from "@terrace/domain/event/feed-event";
import type { Json } from "@terrace/domain/json";
import type { Tx } from "../storage/postgres.ts";

/**
 * A part of Terrace that keeps something about people: it can say what it holds about one, and forget many. A module that stores personal data
 * gives one; the composition hands all of them to the rights module, which makes the report to the person and the erasure out of them.
 */
export type PersonalDataHolder = {
  /** Names the store in certificates and, as `rights.holder.<name>`, in the console. Stable, in snake case. */
  readonly name: string;
  /** What is held about one person, in groups; an empty list when nothing is. Values pass through `asked.show`. */
  readonly describe: (asked: PersonAsked) => Promise<readonly HeldGroup[]>;
  /**
   * Removes a bounded part (a second or so of work) of what is held about the subjects and says how far it came. It is called again with its own
   * cursor until it is done, and once more after all other holders are done, for what arrived meanwhile. What it does in `tx` commits together
   * with the cursor and the counts; what it does elsewhere may be repeated after a crash and must bear that.
   */
  readonly erase: (tx: Tx, subjects: ErasedSubjects, cursor: Json) => Promise<EraseStep>;
};

/** Whose data are asked for, and how their personal values may be shown. */
export type PersonAsked = {
  readonly workspaceId: number;
  readonly personId: string;
  /** All ids of the person as keyed hashes: what their events, traits, tags and notes are filed under. */
  readonly originIds: readonly string[];
  /** A value with the tokens in it masked, or in clear when the asker may see that and said why. */
  readonly show: (value: Json) => Json;
  /** The same for a trait or an event's property, which a role may not see at all: then undefined. */
  readonly showField: (place: "trait" | "property", name: string, value: Json) => Json | undefined;
  /** The same for text that was never tokenised (notes, raw rows): what looks personal is masked unless shown in clear. */
  readonly showText: (text: string) => string;
  /** A note that an operator wrote about the person; undefined when it is kept from whoever asks. */
  readonly showNote: (text: string) => string | undefined;
  /** What was filled into a form about the person: of a class of personal data as a whole, or of none; undefined when it is kept from whoever asks. */
  readonly showFormValue: (text: string, personalClass: PersonalClass | null) => string | undefined;
  /** Whether text written by somebody else (JSON or CSV cells) names one of the person's ids, phone numbers, e-mails or id cards. */
  readonly mentions: (text: string) => boolean;
  /** Whether a value by itself is a phone number, e-mail address, id card, name or street address of the person. */
  readonly isValue: (value: string) => boolean;
};

/** Things of one kind. `items` may be cut; `total` is their true number. */
export type HeldGroup = {
  /** Names the kind, as `rights.group.<key>` in the console. In snake case. */
  readonly key: string;
  readonly total: number;
  readonly items: readonly HeldItem[];
};

/** One thing held: what it is (an identity kind, a trait's key, an event's name), its value as shown, and its time (ISO 8601). */
export type HeldItem = { readonly what: string; readonly value: Json; readonly at: string | null };

/** The people of one erasure. Their keys are destroyed already, so their personal values cannot be opened any more. */
export type ErasedSubjects = {
  readonly workspaceId: number;
  readonly erasureId: string;
  readonly erasedAt: Date;
  readonly people: readonly { readonly personId: string; readonly originIds: readonly string[] }[];
  /** The ids of all these people. */
  readonly originIds: readonly string[];
  readonly isErased: (originId: string) => boolean;
  /** As for `PersonAsked`, about any of these people. */
  readonly mentions: (text: string) => boolean;
  readonly isValue: (value: string) => boolean;
  /** Random bytes that exist only while the erasure runs: what is derived from them is the same after a crash and means nothing afterwards. */
  readonly secret: Uint8Array;
};

/** How far an erasure came: where to go on, whether that is the end, and what was removed now (`rows`, `events`, `files` …). */
export type EraseStep = {
  readonly cursor: Json;
  readonly done: boolean;
  readonly removed: Readonly<Record<string, number>>;
  /** Nothing can be done for so long, e.g. while an engine works; others may use the time. */
  readonly waitMs?: number;
};
