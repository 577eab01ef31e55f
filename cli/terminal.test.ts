import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { terminalOf } from './terminal.ts';

/** Streams whose writing is kept, terminals or pipes. */
function streams(isTTY: boolean, env: Record<string, string> = {}) {
  const made = () => Object.assign(new PassThrough(), { isTTY, columns: 20 });
  const [stdin, stdout, stderr] = [made(), made(), made()];
  const read = (stream: PassThrough) => String(stream.read() ?? '');
  return {
    stdin,
    terminal: terminalOf({ stdin, stdout, stderr, env }),
    out: () => read(stdout),
    err: () => read(stderr),
  };
}

describe('colour', () => {
  it('is only for a terminal, and not where NO_COLOR or a dumb one says no', () => {
    expect(streams(true).terminal.styled('bold', 'a')).toBe('\u001b[1ma\u001b[22m');
    expect(streams(false).terminal.styled('bold', 'a')).toBe('a');
    expect(streams(true, { NO_COLOR: '1' }).terminal.styled('bold', 'a')).toBe('a');
    expect(streams(true, { TERM: 'dumb' }).terminal.styled('bold', 'a')).toBe('a');
  });
});

describe('progress', () => {
  it('is one line on a terminal, in its columns, and gone before anything else is written', () => {
    const { terminal, err, out } = streams(true);
    terminal.progress('a line longer than the terminal', 'a');
    terminal.progress('short', 'a');
    terminal.out('result');
    expect(err()).toBe('a line longer than…\r\u001b[Kshort\r\u001b[K');
    expect(out()).toBe('result\n');
  });
  it('is a line for each stage in a log', () => {
    const { terminal, err } = streams(false);
    terminal.progress('10 %', 'download');
    terminal.progress('20 %', 'download');
    terminal.progress('unpacking', 'unpack');
    expect(err()).toBe('10 %\nunpacking\n');
  });
});

describe('a question', () => {
  const ask = (
    { stdin, terminal }: ReturnType<typeof streams>,
    answer: string | null,
    signal = new AbortController().signal,
  ) => {
    const asked = terminal.confirm('Join? ', ['y', 'yes'], signal);
    if (answer === null) stdin.end();
    else stdin.write(answer);
    return asked;
  };
  it('is agreed to with a word for yes and nothing else', async () => {
    expect(await ask(streams(false), 'y\n')).toBe(true);
    expect(await ask(streams(false), ' YES \n')).toBe(true);
    expect(await ask(streams(false), '\n')).toBe(false);
    expect(await ask(streams(false), 'yesterday\n')).toBe(false);
  });
  it('ends without an answer at Ctrl-D and at Ctrl-C', async () => {
    await expect(ask(streams(false), null)).rejects.toThrow('no answer');
    await expect(ask(streams(true), '\u0003')).rejects.toThrow('no answer');
    const asked = new AbortController();
    const answer = ask(streams(false), '', asked.signal);
    asked.abort();
    await expect(answer).rejects.toThrow('no answer');
  });
  it('leaves the cursor on a line of its own, once', async () => {
    const rig = streams(true);
    await expect(ask(rig, '\u0003')).rejects.toThrow('no answer');
    await new Promise((resolve) => setImmediate(resolve));
    expect(rig.err().split('\n')).toHaveLength(2);
  });
});

describe('standard input', () => {
  it('is read to its end, and a huge one no further than it may be long', async () => {
    const whole = streams(false);
    whole.stdin.end('an 邀请');
    expect(await whole.terminal.readAll(100)).toBe('an 邀请');
    const huge = streams(false);
    const read = huge.terminal.readAll(10);
    for (let i = 0; i < 5; i++) huge.stdin.write('1234567');
    expect((await read).length).toBeLessThan(36);
  });
  it('and a reader who has had enough are no fault', () => {
    const stdout = new PassThrough();
    const terminal = terminalOf({ stdin: new PassThrough(), stdout, stderr: new PassThrough(), env: {} });
    stdout.emit('error', Object.assign(new Error('broken pipe'), { code: 'EPIPE' }));
    expect(() => terminal.out('more')).not.toThrow();
  });
});
