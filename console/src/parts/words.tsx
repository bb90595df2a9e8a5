/** Text of the engine, in which names stand between backticks. */
export function Words({ text }: { text: string }) {
  return text.split("`").map((part, at) =>
    at % 2 === 0 ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: a name is known by its place
      <code key={at}>{part || "(empty)"}</code>
    ),
  );
}
