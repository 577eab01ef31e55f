import { procedures } from './base.ts';

/** What helps to find a fault, shown before it is saved. */
export const report = {
  preview: procedures.report.preview.handler(({ context: { commands } }) => commands.previewReport()),
  create: procedures.report.create.handler(({ context: { commands }, input: { id, way } }) =>
    commands.createReport(id, way),
  ),
};
