import { Resolver } from 'node:dns/promises';

/** The address of a name, asked of one name server alone, never of the machine's own. Never rejects. */
export async function lookUp(name: string, nameServer: string, timeoutMs: number): Promise<string | null> {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
  try {
    resolver.setServers([nameServer]);
    return (await resolver.resolve4(name))[0] ?? null;
  } catch {
    return null;
  }
}
