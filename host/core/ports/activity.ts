/** How long nobody has touched this computer, as far as it can be told. */
export interface ActivitySample {
  /** The last input (epoch ms); null: nothing here tells it. */
  readonly lastInputAt: number | null;
  /** Who told it, as a short name ("GNOME", "logind"); null: nobody. */
  readonly source: string | null;
}

/** Whether somebody uses this computer. */
export interface Activity {
  /** Looks once; never rejects: what cannot be told is unknown. */
  look(): Promise<ActivitySample>;
}
