// Who may import whom. A test plants a violation of each rule and sees it caught.

const tests = '\\.test\\.tsx?$|(^|/)testing/';
const packages = (...names) => `(^|/)node_modules/(${names.join('|')})/`;
const any = (...patterns) => patterns.join('|');
const node = { dependencyTypes: ['core'] };

/** A folder that may import what is named, and nothing else. Its tests are held by the rules about houses alone. */
const only = (name, from, allowed, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from, pathNot: tests },
  to: { pathNot: any(from, ...allowed) },
});

const never = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to });

/** What cannot be said with a list of what is allowed, since Node's own modules have no folder. */
const leafs = ['^contract/', '^pool/contract/'];
const contracts = any(...leafs);
const wire = packages('zod', '@orpc/contract');

export default {
  forbidden: [
    only('contract-is-a-leaf', '^contract/', [wire], 'The contract is read by every program.'),
    only('pool-contract-is-a-leaf', '^pool/contract/', [wire], 'The pool’s half of the contract, likewise.'),
    only('core-decides-only', '^host/core/', [contracts, packages('zod')], 'No Node, no adapters, no I/O.'),
    never(
      'adapters-know-core-and-contracts',
      { path: '^host/(adapters|observers)/', pathNot: tests },
      {
        path: '^(host|client|cli|electron|renderer|pool)/',
        pathNot: any('^host/(adapters|observers|core)/', ...leafs),
      },
      'The real world, behind the ports of core.',
    ),
    never(
      'adapters-do-not-know-each-other',
      { path: '^host/adapters/([^/]+)/', pathNot: tests },
      { path: '^host/adapters/', pathNot: '^host/adapters/$1/' },
      'Each port has its folder; what two of them need is a port.',
    ),
    never(
      'observers-and-adapters-are-apart',
      { path: '^host/(adapters|observers)/', pathNot: tests },
      { path: '^host/(adapters|observers)/', pathNot: '^host/$1/' },
      'Observers watch ports, whoever stands behind them.',
    ),
    never(
      'demo-is-the-wire',
      { path: '^host/demo/', pathNot: tests },
      { path: '^(host|client|cli|electron|renderer)/', pathNot: any('^host/demo/', '^host/core/') },
      'The demo pool speaks where the real programs speak, and knows no adapter.',
    ),
    never(
      'procedures-are-thin',
      { path: '^host/(procedures/|server/|server\\.ts)', pathNot: tests },
      {
        path: '^(host|client|cli|electron|renderer|pool)/',
        pathNot: any('^host/(procedures/|server|core/)', ...leafs),
      },
      'Handlers over core and ports.',
    ),
    never(
      'only-the-entry-joins-the-host',
      { path: '^host/', pathNot: any('^host/(main\\.ts$|assembly/)', tests) },
      { path: '^host/(main\\.ts$|assembly/)' },
      'The entry and its assembly see all of the host; nothing of the host sees them.',
    ),
    never(
      'clients-know-the-contract',
      { path: '^(client|cli)/', pathNot: tests },
      { path: '^(host|electron|renderer|pool)/', pathNot: '^pool/contract/' },
      'A client reaches the host over its socket.',
    ),
    never(
      'client-is-below-cli',
      { path: '^client/' },
      { path: '^cli/' },
      'The command line uses the client.',
    ),
    never(
      'shell-knows-the-contract',
      { path: '^electron/', pathNot: tests },
      { path: '^(host|cli|renderer|pool)/', pathNot: '^pool/contract/' },
      'The shell shows the host’s state and sends commands.',
    ),
    never(
      'page-knows-the-contract',
      { path: '^renderer/' },
      { path: '^(host|client|cli|electron|pool)/', pathNot: '^pool/contract/' },
      'The page runs in a browser.',
    ),
    never('page-uses-no-node', { path: '^renderer/', pathNot: tests }, node, 'The page runs in a browser.'),
    never(
      'operators-half-stands-alone',
      { path: '^pool/(service|kit)/', pathNot: tests },
      { path: '^(host|client|cli|electron|renderer|contract)/' },
      'A pool’s operator runs no host.',
    ),
    never(
      'electron-stays-in-its-folder',
      { path: '^(contract|host|client|cli|renderer|pool)/' },
      { path: any(packages('electron', 'electron-store'), '^electron$') },
      'One folder alone needs Electron.',
    ),
    never(
      'programs-import-no-tests',
      { path: '^(contract|host|client|cli|electron|renderer|pool)/', pathNot: tests },
      { path: any(tests, '^(e2e|scripts)/') },
      'What ships knows no test.',
    ),
    never(
      'programs-use-dependencies',
      { path: '^(contract|host|client|cli|electron|pool)/', pathNot: tests },
      { dependencyTypes: ['npm-dev'], pathNot: packages('electron') },
      'What the programs need is in "dependencies".',
    ),
    never(
      'imports-lead-somewhere',
      {},
      { couldNotResolve: true, pathNot: '^electron(/|$)' },
      'A file or package that is there.',
    ),
  ],
  options: {
    // TypeScript 7 has no compiler API; without another parser every .ts file would be read as empty.
    parser: 'swc',
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(out|release|test-results)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
