/** The mark of Terrace: three contour lines. */
export function Logo() {
  return (
    <svg className="logo" width="24" height="24" viewBox="0 0 24 24" aria-hidden="true">
      <rect width="24" height="24" rx="6" fill="#2F7D5C" />
      <path
        d="M5.5 9.2c3.6-3 8-3 13 0M5.5 13.2c3.6-3 8-3 13 0M5.5 17.2c3.6-3 8-3 13 0"
        fill="none"
        stroke="#fff"
        strokeWidth="1.8"
        strokeLinecap="round"
      />
    </svg>
  );
}
