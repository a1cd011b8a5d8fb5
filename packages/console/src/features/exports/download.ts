/** Lets the browser fetch a file by itself: it writes as it reads, so that size does not matter. */
export function startDownload(url: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = "";
  link.click();
}
