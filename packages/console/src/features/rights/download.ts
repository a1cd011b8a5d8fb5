/** Hands a text over as a file. */
export function downloadText(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** Hands a value over as a JSON file. */
export function downloadJson(name: string, value: unknown): void {
  downloadText(name, "application/json", `${JSON.stringify(value, null, 2)}\n`);
}
