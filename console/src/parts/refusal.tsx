/** Why the Worker did not do what one asked for. */
import type { ApiError } from "../api";

export function Refusal({ error }: { error: ApiError }) {
  return (
    <div role="alert">
      <p className="bad">
        {error.message}
        {error.detail && `. ${error.detail}`}
      </p>
      {error.findings.map((one) => (
        <p key={one.file + one.pointer + one.code} className="bad">
          {one.file}, line {one.line}: {one.message}
        </p>
      ))}
    </div>
  );
}
