/** What a column says, and whether what stands below are figures. */
export type PlainColumn = { readonly title: string; readonly figure?: boolean | undefined };

/** The head of a plain table: figures stand to the right, and so does what is said above them. */
export function PlainHead({ columns }: { readonly columns: readonly PlainColumn[] }) {
  return (
    <thead>
      <tr>
        {columns.map(({ title, figure = false }, at) => (
          <th key={at} scope="col" className={figure ? "figure" : ""}>
            {title}
          </th>
        ))}
      </tr>
    </thead>
  );
}
