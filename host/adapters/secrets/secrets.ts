import { join } from 'node:path';
import type { Files } from '../../core/ports/files.ts';
import type { SecretName, Secrets } from '../../core/ports/stores.ts';

const fileNames: Readonly<Record<SecretName, string>> = {
  'auth-key': 'auth-key',
  'tls-ca': 'ca.pem',
  'tls-certificate': 'certificate.pem',
  'tls-key': 'key.pem',
  'introduction-token': 'introduction-token',
};

const names = Object.keys(fileNames) as readonly SecretName[];

/** Secrets as files of their owner's alone (0600) in a folder of their own (0700): Nomad reads them as files. */
export function createSecrets(folder: string, files: Files): Secrets {
  const path = (name: SecretName) => join(folder, fileNames[name]);
  return {
    path,
    write: async (name, value) => {
      await files.privateFolder(folder);
      await files.replace(path(name), value);
    },
    // Whoever opened a secret to others, by hand or by a restored backup: it is closed again before it is used.
    read: async (name) => {
      const value = await files.read(path(name));
      if (value === null) return null;
      await files.privateFolder(folder);
      await files.privateFile(path(name));
      return value;
    },
    forget: (name) => files.remove(path(name)),
    forgetAll: async () => {
      for (const name of names) await files.remove(path(name));
    },
  };
}
