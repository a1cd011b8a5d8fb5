/** Names and values, one pair a line. */
export function FactRows({ rows, className = "" }: { readonly rows: readonly (readonly [string, string])[]; readonly className?: string }) {
  return (
    <table className={`plain-table ${className}`}>
      <tbody>
        {rows.map(([name, value]) => (
          <tr key={name}>
            <th scope="row" className="muted fact-name">
              {name}
            </th>
            <td className="wrap-any">{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
