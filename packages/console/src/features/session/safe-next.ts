/** Only addresses of this console are gone to after sign-in. */
export function safeNext(next: string | null, fallback: string): string {
  return next !== null && /^\/(?![/\\])/.test(next) ? next : fallback;
}
