/** Leads addresses of a text through one's own; undefined leaves one as it is. `place` counts from 1. */
export type LeadLink = (target: string, place: number) => string | undefined;

const ANCHOR = /(<a\b[^>]*?\shref\s*=\s*)("[^"]*"|'[^']*')/gi;
const ENTITY: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&#38;": "&",
  "&quot;": '"',
  "&#34;": '"',
  "&#39;": "'",
  "&lt;": "<",
  "&gt;": ">",
};

/** HTML of a letter whose links to the web are led, in the order in which they stand. */
export function leadLinks(html: string, lead: LeadLink): string {
  let place = 0;
  return html.replaceAll(ANCHOR, (whole, before: string, quoted: string) => {
    const target = quoted
      .slice(1, -1)
      .replaceAll(/&(?:amp|quot|lt|gt|#3[489]);/g, (entity) => ENTITY[entity] ?? entity)
      .trim();
    if (!/^https?:\/\//i.test(target) || !URL.canParse(target)) return whole;
    place += 1;
    const led = lead(target, place);
    return led === undefined ? whole : `${before}"${led.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}"`;
  });
}

/** HTML of a letter that loads a picture of one pixel when it is read. */
export function withPixel(html: string, address: string): string {
  const pixel = `<img src="${address.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}" width="1" height="1" alt="" style="display:block;border:0" />`;
  const end = html.toLowerCase().lastIndexOf("</body>");
  return end === -1 ? html + pixel : html.slice(0, end) + pixel + html.slice(end);
}
