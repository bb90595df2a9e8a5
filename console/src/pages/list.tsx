/** One list of callers. */
import { Link } from "wouter";
import { useLoad } from "../parts/load";
import { Empty, Failure, Wait } from "../parts/states";
import { document, readLibrary } from "../rules";
import { DocumentEditor } from "./edit";
import { text } from "./menus";
import "../styles/menu.css";
import "../styles/lists.css";

export default function ListPage({ id }: { id: string }) {
  const { data, error, reload } = useLoad(readLibrary, `list ${id}`);
  if (error) return <Failure error={error} retry={() => void reload()} />;
  if (!data) return <Wait what="Reading the list" />;
  const stored = document(data, "lists", id);
  if (!stored) {
    return (
      <Empty>
        There is no list {id}. <Link href="/lists">All lists</Link>
      </Empty>
    );
  }
  return (
    <div className="page narrow">
      <h1>{text(stored.text, "note") ?? id}</h1>
      <DocumentEditor key={id} library={data} kind="lists" id={id} schema="list" reload={reload} />
    </div>
  );
}
