/** A text whose names of fields stand between backticks. */
export const Prose = ({ text }: { text: string }) =>
  text.split("`").map((part, at) =>
    at % 2 === 0 ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text do not move.
      <code key={at} className="rounded bg-raised px-1 text-[0.92em]">
        {part}
      </code>
    ),
  );
