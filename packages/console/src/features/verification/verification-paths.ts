/** Where a kind of verification is made or changed. */
export function kindPath(key: string): string {
  return `verification/kinds/${key}`;
}

/** Where an application is looked at and decided. */
export function applicationPath(id: string): string {
  return `verification?open=${id}`;
}
