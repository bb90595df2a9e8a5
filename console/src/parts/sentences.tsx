/** Sentences, one below the other. */
import { Words } from "./words";

export function Sentences({ all, none }: { all: string[]; none: string }) {
  return (
    <ul className="sentences">
      {all.length === 0 && <li className="quiet">{none}</li>}
      {all.map((sentence) => (
        <li key={sentence}>
          <Words text={sentence} />
        </li>
      ))}
    </ul>
  );
}
