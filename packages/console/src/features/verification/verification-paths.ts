/** Where a kind of verification is made or changed. */
export function kindPath(key: string): string {
  return `verification/kinds/${key}`;
}
