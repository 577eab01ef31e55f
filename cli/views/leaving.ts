import type { Leaving } from '../../contract/leaving.ts';
import { formatBytes } from '../../contract/format.ts';
import type { Speech } from '../speech.ts';

/** What leaving takes away and asks, one line each. */
export function leavingLines(
  { images, volumes, networks, engineProblem, folderBytes, prompts }: Leaving,
  keepsImages: boolean,
  { text, language }: Speech,
): readonly string[] {
  const size = (bytes: number | null): string =>
    bytes === null ? text('leaving.sizeUnknown') : formatBytes(bytes, language);
  const sum = (list: Leaving['images']): number | null =>
    list.some(({ bytes }) => bytes === null) ? null : list.reduce((all, { bytes }) => all + (bytes ?? 0), 0);
  const parts = [
    ...(images.length > 0 ? [text('leaving.images', { count: images.length, size: size(sum(images)) })] : []),
    ...(volumes.length > 0
      ? [text('leaving.volumes', { count: volumes.length, size: size(sum(volumes)) })]
      : []),
    ...(networks.length > 0 ? [text('leaving.networks', { count: networks.length })] : []),
  ];
  const verb = text(keepsImages ? 'leaving.cameKeep' : 'leaving.cameRemove');
  return [
    ...(parts.length > 0 ? [`${text('leaving.came')}: ${parts.join(', ')}. ${verb}`] : []),
    ...(engineProblem === null ? [] : [text('leaving.engineAway')]),
    text('leaving.folders', { size: size(folderBytes) }),
    prompts === 0 ? text('leaving.noPrompt') : text('leaving.prompts', { count: prompts }),
  ];
}
