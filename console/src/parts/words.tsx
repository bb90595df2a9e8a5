/** Text of the engine, in which names stand between backticks. What documents call a node is a step
 * on these pages. */
export function Words({ text }: { text: string }) {
  return text.split("`").map((part, at) =>
    at % 2 === 0 ? (
      part.replace(/\bnode(s?)\b/g, "step$1")
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: a name is known by its place
      <code key={at}>{part || "(empty)"}</code>
    ),
  );
}
