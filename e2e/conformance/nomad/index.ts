import type { NomadSubject, Statement } from '../subject.ts';
import { access } from './access.ts';
import { asking } from './asking.ts';
import { closing } from './closing.ts';
import { loss } from './loss.ts';
import { newcomer } from './newcomer.ts';
import { servers } from './servers.ts';
import { watching } from './watching.ts';
import { work } from './work.ts';

/** All that we rely on of Nomad and of the container engine under it, by what it is about. */
export const nomadStatements: Readonly<Record<string, readonly Statement<NomadSubject>[]>> = {
  'who may do what': access,
  'what the servers tell of themselves': servers,
  'closing and opening': closing,
  'work on a computer': work,
  'what work asks of the engine': asking,
  'learning of changes': watching,
  'what is lost': loss,
  'coming into the pool': newcomer,
};
