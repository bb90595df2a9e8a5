/** A page over the documents: read when it opens, and again when something was changed. */
import type { ReactNode } from "react";
import { useLoad } from "../parts/load";
import { Failure, Wait } from "../parts/states";
import { type Library, readLibrary } from "../rules";

export function WithLibrary({
  what,
  children,
}: {
  /** What is read, in the words of the page: `the lists`. */
  what: string;
  children: (library: Library, reload: () => Promise<void>) => ReactNode;
}) {
  const { data, error, reload } = useLoad(readLibrary, what);
  if (error) return <Failure error={error} retry={() => void reload()} />;
  if (!data) return <Wait what={`Reading ${what}`} />;
  return children(data, reload);
}
