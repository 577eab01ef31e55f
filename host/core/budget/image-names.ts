import type { ImageSample } from '../ports/images.ts';

/**
 * An image's name as the engine lists it, from the name a job gives it: "nginx" and "docker.io/library/nginx:latest"
 * are "nginx:latest"; a digest stays one, and makes a tag beside it void.
 */
export function listedName(given: string): string {
  const bare = given
    .replace(/^https?:\/\//, '')
    .replace(/^(index\.)?docker\.io\//, '')
    .replace(/^library\//, '');
  const [name = '', digest] = bare.split('@');
  const colon = name.lastIndexOf(':');
  const hasTag = colon > name.lastIndexOf('/');
  if (digest !== undefined) return `${hasTag ? name.slice(0, colon) : name}@${digest}`;
  return hasTag ? name : `${name}:latest`;
}

/** The image that a name means now, or null where it is not here. */
export function imageNamed(images: readonly ImageSample[], given: string): ImageSample | null {
  const name = listedName(given);
  return (
    images.find((one) => one.names.some((listed) => listedName(listed) === name)) ??
    images.find((one) => one.id === given || one.id === `sha256:${given}`) ??
    null
  );
}

/** Whether a name is one that can be given: not a digest, not the engine's word for none. */
export const isTag = (name: string): boolean => !name.includes('@') && !name.includes('<none>');
