/** A card that the system has put to sleep, as far as is known without waking it. */
export interface SleepingCard {
  /** As in /sys: "0000:01:00.0". */
  readonly busId: string;
  readonly uuid: string | null;
  readonly name: string | null;
}

/** The machine's cards where all of them sleep; null where one is awake, or the system does not tell. */
export type SleepingCards = () => readonly SleepingCard[] | null;
