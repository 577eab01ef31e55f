import type { Page } from '@playwright/test';

/** *Join*: an invite, what it would do, the consent, the way to sharing. */
export class JoinScreen {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** The way in on the first screen, in a demo that is joined by hand. */
  get demoInvite() {
    return this.#page.getByRole('button', { name: "Use the demo's invite" });
  }

  /** The name of the pool an invite leads to. */
  pool(name: string) {
    return this.#page.getByRole('heading', { level: 2, name, exact: true });
  }

  /** What an invite says, by the title of its part. */
  part(title: string) {
    return this.#page.getByRole('region', { name: title });
  }

  get consent() {
    return this.#page.getByRole('checkbox', { name: /I agree/ });
  }

  accept(pool: string) {
    return this.#page.getByRole('button', { name: `Join ${pool}` });
  }

  /** The step that is now under way, or needs somebody. */
  get now() {
    return this.#page.locator('li[aria-current="step"]');
  }

  /** A step of the way, by its name. */
  step(name: string) {
    return this.#page.getByRole('listitem').filter({ has: this.#page.getByRole('heading', { name }) });
  }

  /** The end of the way. */
  done(pool: string) {
    return this.#page.getByRole('heading', { level: 1, name: `This computer is in ${pool}` });
  }
}
