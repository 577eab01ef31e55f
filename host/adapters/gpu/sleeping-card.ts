/** Whether the system has put a card to sleep, and who it is as far as is known without waking it. */
export interface CardPower {
  /** As in /sys: "0000:01:00.0". */
  readonly busId: string;
  readonly asleep: boolean;
  readonly uuid: string | null;
  readonly name: string | null;
}

/** The power of the machine's NVIDIA cards; null where there are none, or the system does not tell. */
export type SleepingCards = () => readonly CardPower[] | null;
