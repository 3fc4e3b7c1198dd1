/** Two bells on their beam. */
export function Mark({ size = 26 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" className="shrink-0">
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <g fill="none" stroke="var(--accent-ink)" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round">
        <path d="M6.5 9h19" />
        <path d="M8 19.5c1.6-1.2 1.6-3 1.8-5 .2-1.5 1-2.5 2.2-2.5s2 1 2.2 2.500c.2 2 .2 3.800 1.800 5z" />
        <path d="M18 23.500c1.300-1 1.300-2.800 1.500-4.500.2-1.300.8-2 1.700-2s1.500.7 1.700 2c.2 1.700.2 3.500 1.500 4.500z" />
        <path d="M12 9v3M21.200 9v8" />
      </g>
    </svg>
  );
}
