import { expect, it } from 'vitest';
import { parseProcesses as parseMacos } from './macos.ts';
import { parseProcesses as parseWindows } from './windows.ts';

it('reads what ps prints on macOS', () => {
  const commands =
    '  501     1 Ss   Mon Nov  3 09:12:44 2026     /opt/homebrew/bin/nomad agent -config /Users/a b/agent.json\n' +
    '  733   501 Z+   Mon Nov  3 09:12:50 2026     (nomad)\n';
  const executables = '  501 /opt/homebrew/bin/nomad\n  733 (nomad)\n';
  expect(parseMacos(commands, executables)).toMatchObject([
    {
      pid: 501,
      parent: 1,
      startTime: 'Mon Nov 3 09:12:44 2026',
      executable: '/opt/homebrew/bin/nomad',
      zombie: false,
    },
    { pid: 733, parent: 501, executable: null, zombie: true },
  ]);
  expect(parseMacos(commands, executables)[0]?.command.slice(0, 3)).toEqual([
    '/opt/homebrew/bin/nomad',
    'agent',
    '-config',
  ]);
});

it('reads what PowerShell prints on Windows: many, one, or none', () => {
  const one = {
    ProcessId: 812,
    ParentProcessId: 4,
    ExecutablePath: 'C:\\nomad.exe',
    CommandLine: 'nomad.exe agent',
    Started: '133123',
  };
  const two = { ...one, ProcessId: 4, ExecutablePath: null, CommandLine: null };
  const seen = {
    pid: 812,
    parent: 4,
    startTime: '133123',
    executable: 'C:\\nomad.exe',
    command: ['nomad.exe', 'agent'],
  };
  expect(parseWindows(JSON.stringify([one, two]))).toMatchObject([
    seen,
    { pid: 4, executable: null, command: [] },
  ]);
  expect(parseWindows(JSON.stringify(one))).toMatchObject([seen]);
  expect(parseWindows('')).toEqual([]);
});
