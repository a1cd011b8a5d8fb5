import { EMPTY_CONTEXT, type EventContext } from "../event/feed-event.ts";

/** A field by which events are told apart: a property (dots lead into objects) or a field of the event's context. */
export type FieldOfEvent = { readonly property: string } | { readonly column: keyof EventContext };

/** The fields of an event's context. */
// `Object.keys` widens to string; these are the keys of a constant.
export const CONTEXT_FIELDS = Object.keys(EMPTY_CONTEXT) as [keyof EventContext, ...(keyof EventContext)[]];
