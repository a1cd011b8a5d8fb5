/** Waits for what cannot be stopped no longer than the signal allows; then throws the signal's reason. */
export async function unlessAborted<Found>(finding: Promise<Found>, signal: AbortSignal | undefined): Promise<Found> {
  if (signal === undefined) return finding;
  const stopped = Promise.withResolvers<never>();
  const stop = (): void => stopped.reject(signal.reason);
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([stopped.promise, finding]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
