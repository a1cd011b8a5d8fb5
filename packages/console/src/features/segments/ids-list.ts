/** The ids of a text, one a line, each once; what stands after a comma or a tab is passed over, so that the first column of a table can be pasted. */
export function readIds(text: string): readonly string[] {
  const ids = text.split("\n").map((line) => (line.split(/[,，\t]/, 1)[0] ?? "").trim());
  return [...new Set(ids.filter((id) => id !== ""))];
}
