/** An instant as people write it, by the clock of this browser. */
export function when(instant: string): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" }).format(
    new Date(instant),
  );
}
