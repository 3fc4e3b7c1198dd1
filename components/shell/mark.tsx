/** A bell in mid-swing. */
export function Mark({ size = 26 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" className="shrink-0">
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <g transform="rotate(-14 16 15)">
        <path
          d="M16 5.5a1.7 1.7 0 0 1 1.7 1.9c2.9.8 4.6 3.2 4.9 6.3.3 3.5.9 5.3 2.6 6.9.6.6.2 1.6-.6 1.6H7.4c-.8 0-1.2-1-.6-1.6 1.7-1.6 2.3-3.4 2.6-6.9.3-3.1 2-5.5 4.9-6.3A1.7 1.7 0 0 1 16 5.5z"
          fill="var(--accent-ink)"
        />
        <circle cx="16" cy="24.8" r="2.1" fill="var(--accent-ink)" />
      </g>
      <path
        d="M24.5 6.5a9.5 9.5 0 0 1 3 5"
        fill="none"
        stroke="var(--accent-ink)"
        strokeWidth="2"
        strokeLinecap="round"
      />
    </svg>
  );
}
