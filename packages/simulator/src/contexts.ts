import type { EventContext } from "@terrace/domain/event/feed-event";

type Context = Partial<EventContext>;

const joined = new WeakMap<Context, WeakMap<Context, Context>>();

/** One context with the facts of another added; the same two always give the same object, so that whoever prepares events need not look at it again. */
export function joinContexts(context: Context, more: Context): Context {
  let withThis = joined.get(context);
  if (withThis === undefined) {
    withThis = new WeakMap();
    joined.set(context, withThis);
  }
  let both = withThis.get(more);
  if (both === undefined) {
    both = { ...context, ...more };
    withThis.set(more, both);
  }
  return both;
}

const shared = new Map<string, Context>();

/** The one object for these facts; there are few devices that differ. */
export function sharedContext(facts: Context): Context {
  const key = JSON.stringify(facts);
  let context = shared.get(key);
  if (context === undefined) {
    context = facts;
    shared.set(key, context);
  }
  return context;
}
