/** One list of callers. */
import { DocumentPage } from "./one";

export default function ListPage({ id }: { id: string }) {
  return <DocumentPage kind="lists" noun="list" id={id} />;
}
