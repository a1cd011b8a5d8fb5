import { CopyButton } from "./CopyButton.tsx";

/** A block of code or JSON with a copy button. `highlight` marks one value in it, e.g. the write key. */
export function Code({ text, highlight, label }: { readonly text: string; readonly highlight?: string; readonly label?: string }) {
  const parts = highlight === undefined || highlight === "" ? [text] : text.split(highlight);
  return (
    <div className="code-block">
      <pre tabIndex={0} {...(label === undefined ? {} : { "aria-label": label })}>
        <code>
          {parts.map((part, i) => (
            <span key={`${i}${part}`}>
              {i === 0 ? null : <mark>{highlight}</mark>}
              {part}
            </span>
          ))}
        </code>
      </pre>
      <CopyButton value={text} />
    </div>
  );
}
