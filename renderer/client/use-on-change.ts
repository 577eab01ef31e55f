import { useEffect, useRef } from 'react';

/** Calls `then` when the value is another than at the last drawing; not for the first one. */
export function useOnChange(value: string, then: () => void): void {
  const seen = useRef(value);
  useEffect(() => {
    if (seen.current === value) return;
    seen.current = value;
    then();
  });
}
