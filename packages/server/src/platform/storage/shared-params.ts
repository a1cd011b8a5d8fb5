type Statement<Value> = { readonly text: string; readonly params: Readonly<Record<string, Value>> };

/**
 * The same statement with equal values of a type bound once, under short names. Large conditions ask for the same value in many places,
 * and what is bound travels in the address or the body of the request.
 */
export function withSharedParams<Value>({ text, params }: Statement<Value>): Statement<Value> {
  const shared: Record<string, Value> = {};
  const names = new Map<string, string>();
  const renamed = text.replaceAll(/\{(\w+):([^{}]+)\}/g, (whole, name: string, type: string) => {
    const value = params[name];
    if (value === undefined) return whole;
    const key = `${type} ${JSON.stringify(value)}`;
    const known = names.get(key) ?? `p${names.size}`;
    names.set(key, known);
    shared[known] = value;
    return `{${known}:${type}}`;
  });
  return { text: renamed, params: shared };
}
