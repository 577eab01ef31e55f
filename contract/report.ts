import { z } from 'zod';

/** What a report would hold, to be seen before it is saved. */
export const reportPreviewSchema = z.object({
  /** What is saved is exactly what was shown: this names it, for a quarter of an hour. */
  id: z.string(),
  files: z.array(z.object({ name: z.string(), bytes: z.number().int().nonnegative() })),
  /** The whole file's size. */
  bytes: z.number().int().nonnegative(),
});

/** What is done with a report: saved on the host's computer for its owner, or handed over. */
export const reportWays = ['save', 'hand-over'] as const;

/** A report: where it was saved, or itself (a zip file, base64). */
export const reportSchema = z.object({
  name: z.string(),
  path: z.string().nullable(),
  base64: z.string().nullable(),
});

/** What a report would hold. */
export type ReportPreview = z.infer<typeof reportPreviewSchema>;
/** What is done with a report. */
export type ReportWay = (typeof reportWays)[number];
/** A report. */
export type Report = z.infer<typeof reportSchema>;
