/** The page of one document that has no picture: found, or said to be missing. */
import type { ReactNode } from "react";
import { Link } from "wouter";
import { Empty } from "../parts/states";
import { text } from "../parts/text";
import { document } from "../rules";
import { DocumentEditor } from "./edit";
import { WithLibrary } from "./library";
import "../styles/menu.css";
import "../styles/lists.css";

export function DocumentPage({
  kind,
  noun,
  id,
  beside,
  children,
}: {
  kind: "calendars" | "lists";
  /** One of the kind, as the schema and people call it. */
  noun: string;
  id: string;
  /** What stands beside the heading. */
  beside?: ReactNode;
  /** What is shown of the text above its form. */
  children?: (text: string) => ReactNode;
}) {
  return (
    <WithLibrary what={`the ${noun} ${id}`}>
      {(library, reload) => {
        const stored = document(library, kind, id);
        if (!stored) {
          return (
            <Empty>
              There is no {noun} {id}. <Link href={`/${kind}`}>All {kind}</Link>
            </Empty>
          );
        }
        const heading = <h1>{text(stored.text, "note") ?? id}</h1>;
        return (
          <div className="page narrow">
            {beside ? (
              <div className="page-head">
                {heading}
                {beside}
              </div>
            ) : (
              heading
            )}
            <DocumentEditor
              key={id}
              library={library}
              stored={stored}
              schema={noun}
              reload={reload}
            >
              {children}
            </DocumentEditor>
          </div>
        );
      }}
    </WithLibrary>
  );
}
