/** Runs actions one after the other, whatever became of those before. */
export function oneAtATime(): <T>(action: () => Promise<T>) => Promise<T> {
  let turn: Promise<unknown> = Promise.resolve();
  return (action) => {
    const next = turn.then(action, action);
    turn = next.catch(() => undefined);
    return next;
  };
}
