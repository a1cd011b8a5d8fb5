/**
 * Asks a question once for all who ask it at the same time. Whoever asks while an answer is on its way shares the next one, so that nobody gets an
 * answer that is older than their question.
 */
export function sharingNext<Key extends number | string, Answer>(ask: (key: Key) => Promise<Answer>): (key: Key) => Promise<Answer> {
  type Asked = { readonly now: Promise<Answer>; next: Promise<Answer> | undefined };
  const open = new Map<Key, Asked>();
  const begin = (key: Key): Promise<Answer> => {
    const asked: Asked = { now: ask(key), next: undefined };
    open.set(key, asked);
    const end = (): void => {
      if (open.get(key) === asked) open.delete(key);
    };
    void asked.now.then(end, end);
    return asked.now;
  };
  return (key) => {
    const asked = open.get(key);
    if (asked === undefined) return begin(key);
    const again = (): Promise<Answer> => begin(key);
    asked.next ??= asked.now.then(again, again);
    return asked.next;
  };
}
