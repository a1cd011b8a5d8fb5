/** Set once a stop was asked for. */
export type StopAsked = { readonly promise: Promise<void>; readonly signal: AbortSignal };
