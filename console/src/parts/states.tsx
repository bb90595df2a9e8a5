/** Empty, loading, failed: what a page shows when it has nothing else to show. */
import type { ReactNode } from "react";

export function Wait({ what }: { what: string }) {
  return (
    <div className="state" role="status">
      <span className="spinner" aria-hidden="true" />
      {what}…
    </div>
  );
}

export function Failure({
  error,
  retry,
}: {
  error: { message: string; detail?: string };
  retry?: () => void;
}) {
  return (
    <div className="state failed" role="alert">
      <strong>{error.message}</strong>
      {error.detail && <span>{error.detail}</span>}
      {retry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

export function Empty({ children }: { children: ReactNode }) {
  return <div className="state empty">{children}</div>;
}
